import { randomBytes } from 'node:crypto';
import type { DetailedError } from 'tus-js-client';
import { Upload, type UploadOptions } from 'tus-js-client';
import { authorizationOf, TEST_SECRET, type Actor } from './actors';
import { BASE_PATH } from './resumableGateway';

export interface Target {
  /** Of the gateway, or of a proxy before it. */
  url: string;
  /** Below `/sign`: the token instead of an actor. */
  signature?: string;
}

/** Begins as a PNG does; what comes then is noise, so that no two bytes can be changed for each other. */
export function picture(size: number): Buffer {
  const head = Buffer.from(
    '89504e470d0a1a0a0000000d494844520000000100000001080200000090773de000ffffff49444154',
    'hex',
  );
  return Buffer.concat([head, randomBytes(Math.max(0, size - head.length))]).subarray(0, size);
}

/** The header `Upload-Metadata`. */
export const said = (pairs: Record<string, string>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export async function headersOf(actor: Actor): Promise<Record<string, string>> {
  const authorization = await authorizationOf(actor, TEST_SECRET);
  return { 'tus-resumable': '1.0.0', ...(authorization ? { authorization } : {}) };
}

/** Uploads as Supabase's users do, by the real client. @returns the address of the upload */
export async function upload(
  { url, signature }: Target,
  actor: Actor,
  bytes: ConstructorParameters<typeof Upload>[0],
  metadata: Record<string, string>,
  options: Partial<UploadOptions> = {},
): Promise<string> {
  const { authorization } = await headersOf(actor);
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${url}${BASE_PATH}${signature ? '/sign' : ''}`,
      metadata: { bucketName: 'public', ...metadata },
      retryDelays: null,
      removeFingerprintOnSuccess: true,
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
      ...options,
      headers: {
        ...(authorization ? { authorization } : {}),
        ...(signature ? { 'x-signature': signature } : {}),
        ...options.headers,
      },
    });
    upload.start();
  });
}

/** Begins an upload by hand. @returns its address */
export async function begin(
  url: string,
  actor: Actor,
  metadata: Record<string, string>,
  length: number,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await post(url, actor, metadata, { 'upload-length': String(length), ...headers });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return url + (answer.headers.get('location') ?? '');
}

export async function post(
  url: string,
  actor: Actor,
  metadata: Record<string, string>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${url}${BASE_PATH}`, {
    method: 'POST',
    headers: {
      ...(await headersOf(actor)),
      'upload-metadata': said({ bucketName: 'public', ...metadata }),
      ...headers,
    },
  });
}

export async function ask(
  method: string,
  address: string,
  actor: Actor,
  headers: Record<string, string> = {},
  body?: Buffer | string,
): Promise<Response> {
  return fetch(address, {
    method,
    headers: {
      ...(await headersOf(actor)),
      ...(method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body as string }),
  });
}

/** A piece from an offset on. */
export const append = (address: string, actor: Actor, offset: number, bytes: Buffer | string) =>
  ask('PATCH', address, actor, { 'upload-offset': String(offset) }, bytes);

/** How far an upload has come. */
export async function offsetAt(address: string, actor: Actor): Promise<number> {
  const answer = await ask('HEAD', address, actor);
  if (answer.status !== 200) throw new Error(`HEAD was answered ${answer.status}`);
  return Number(answer.headers.get('upload-offset'));
}

/** What the client was told of a refusal. */
export const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it went through',
    (error: unknown) => {
      const answer = (error as DetailedError).originalResponse;
      return `${answer?.getStatus()} ${answer?.getBody()}`;
    },
  );
