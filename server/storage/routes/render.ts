import type { Asked } from './context';
import { answerJson } from './context';
import { checkConditions } from '../conditions';
import { StorageError } from '../errors';
import { etagOf, findWithBucket, withBytes, type Place, type StoredObject } from '../objects';
import type { Rendition } from '../renditions/picture';
import { readTransform, type Transform } from '../renditions/transform';
import { serveHeaders } from '../served';
import { versionOf } from './download';
import { serveSigned, serveToCaller, type Serving } from './serving';

/** A picture in another size. */
export async function renderAsCaller(asked: Asked, place: Place): Promise<void> {
  const serving = await serveToCaller(asked, place);
  await render(asked, { ...serving, transform: readTransform(asked.query) });
}

/** The size is the signer's: what else stands in the address is not looked at. */
export async function renderSigned(asked: Asked, place: Place): Promise<void> {
  const { signed, ...serving } = await serveSigned(asked, place, 'render');
  await render(asked, { ...serving, transform: readTransform(signed.transform ?? {}) });
}

interface Rendering extends Serving {
  transform: Transform;
}

async function render(asked: Asked, { find, transform, access }: Rendering): Promise<void> {
  const { request, response, query } = asked;
  const { object, made } = await draw(asked, find, transform);
  const version = { ...versionOf(object), etag: tagOf(object, made.type, transform) };
  const headers = {
    ...serveHeaders({
      ...version,
      ...{ name: object.name, type: made.type, cacheControl: object.metadata.cacheControl },
      ...{ access, download: query.download, now: new Date() },
    }),
    'accept-ranges': 'none',
    vary: access === 'authenticated' ? 'Authorization, Origin, Accept' : 'Accept',
  };
  const condition = checkConditions(request.headers, version);
  if (condition) {
    response.writeHead(condition, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-length': made.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : made.bytes);
}

async function draw(
  { backend, renditions, request, signal, callerName }: Asked,
  find: () => Promise<StoredObject>,
  transform: Transform,
): Promise<{ object: StoredObject; made: Rendition }> {
  const { accept } = request.headers;
  return withBytes(find, async (object) => {
    const { size, mimetype: type } = object.metadata;
    const made = await renditions.render(
      {
        ...{
          key: object.version,
          size,
          type,
          transform,
          caller: callerName,
          ...(accept === undefined ? {} : { accept }),
        },
        read: (aborted) => backend.read(object.version, undefined, aborted),
      },
      signal,
    );
    return { object, made };
  });
}

/** Of the same bytes in the same size and type it is always the same picture. */
function tagOf(object: StoredObject, type: string, transform: Transform): string {
  const { width = '', height = '', resize, quality, format = '' } = transform;
  const size = [width, height, resize, quality, format, type.split('/')[1]].join('-');
  return etagOf(`${object.version}-${size}`);
}

/** Forgets the renditions of an object, for services. Versions never change, so nobody has to. */
export async function purge(asked: Asked, place: Place): Promise<void> {
  if (asked.caller.claims.role !== 'service_role') throw new StorageError('AccessDenied');
  const { object } = await findWithBucket(asked.run, asked.caller, place);
  asked.renditions.purge(object.version);
  answerJson(asked.response, { message: 'success' });
}
