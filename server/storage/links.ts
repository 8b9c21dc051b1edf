import type { Place } from './objects';

/** For how long an address works that is made for one caller: a page stays open for a while, and then asks again. */
const LINK_SECONDS = 3_600;

/** How an image is wanted. */
export interface Picture {
  /** Pixels; the height follows. */
  width: number;
}

/** Signs what an address is good for; createSigner() makes one. */
export interface LinkSigner {
  sign(
    signed: Place & { act: 'read' | 'render'; transform?: Record<string, number> },
    expiresInSeconds: number,
  ): Promise<string>;
}

/** Addresses of objects, for a browser: no header needs to be sent with them. */
export interface StorageLinks {
  /** Of an object in a public bucket: always the same, so that it is kept by caches. */
  open(place: Place, picture?: Picture): string;
  /** Of any object, for an hour: for who may read it. Null where nothing can be signed, for want of a secret. */
  signed(place: Place, picture?: Picture): Promise<string | null>;
}

/**
 * @param publicUrl where this gateway is reached from outside, looked up when an address is made
 * @param signer looked up then too
 */
export function createStorageLinks(
  publicUrl: () => string,
  signer: () => LinkSigner | undefined,
): StorageLinks {
  const at = (route: string, { bucket, name }: Place) =>
    `${publicUrl().replace(/\/+$/, '')}/storage/v1/${route}/${encodePath(`${bucket}/${name}`)}`;
  return {
    open: (place, picture) =>
      picture ? `${at('render/image/public', place)}?width=${picture.width}` : at('object/public', place),
    signed: async ({ bucket, name }, picture) => {
      const act = picture ? 'render' : 'read';
      const asked = {
        bucket,
        name,
        act,
        ...(picture ? { transform: { width: picture.width } } : {}),
      } as const;
      const token = await signer()?.sign(asked, LINK_SECONDS);
      if (token === undefined) return null;
      return `${at(picture ? 'render/image/sign' : 'object/sign', { bucket, name })}?token=${token}`;
    },
  };
}

/** Each part for itself: the slashes between them stay. */
const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');
