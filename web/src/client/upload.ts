import type { DetailedError } from 'tus-js-client';
import { GatewayError } from './errors';
import type { Connection } from './request';

export interface UploadRequest {
  connection: Connection;
  /** Whose file it is: everybody stores below a folder of his own. */
  userId: string;
  file: File;
  bucket?: string;
  onProgress?(sentBytes: number, totalBytes: number): void;
  /** The connection is lost, or the gateway is away: it goes on by itself in a moment. */
  onWait?(reason: GatewayError): void;
  /** Ends it, and has the gateway throw away what it got. */
  signal?: AbortSignal;
}

/** Between attempts; it begins anew with each that got further. Together about two minutes. */
const PAUSES_MS = [250, 500, 1_000, 2_000, ...Array<number>(24).fill(5_000)];
/** Locked by what is left of the connection before, too much at once, and what is a fault of the gateway's own. */
const isPassing = (status: number) => status === 423 || status === 429 || status >= 500;

/** What the entries of begun uploads in this browser begin with. */
const ENTRIES = 'tus::reigh|';
/** As long as the gateway keeps what has come of an upload. */
const KEPT_MS = 86_400_000;

/**
 * Stores a file by TUS (docs/storage.md, "Large files"). It goes on where it was after a lost connection, and when it
 * is called again for the same file after it failed or the page was closed.
 * @returns `location`: the path to give to a generation, `{bucket}/{user id}/uploads/{uuid}-{name}`
 * @throws GatewayError with the words of the storage; the signal's reason
 */
export async function uploadFile(request: UploadRequest): Promise<{ location: string }> {
  const { connection, userId, file, bucket = 'public', onProgress, onWait, signal } = request;
  // Only who uploads needs it.
  const { Upload } = await import('tus-js-client');
  signal?.throwIfAborted();
  forgetOld();
  const endpoint = new URL('/storage/v1/upload/resumable', connection.url || window.location.href).href;
  const objectName = `${userId}/uploads/${crypto.randomUUID()}-${safeName(file.name)}`;
  const metadata = { bucketName: bucket, objectName, contentType: file.type, cacheControl: '31536000' };

  return new Promise((resolve, reject) => {
    const stop = () => {
      // What cannot be thrown away now is given up by the gateway after a day.
      upload.abort(true).catch(() => undefined);
      reject(signal?.reason as Error);
    };
    const end = () => signal?.removeEventListener('abort', stop);
    const fail = (error: Error) => {
      end();
      reject(reasonOf(error));
    };
    let token: string | undefined;
    let isRenewed = false;
    /** Goes on when there is another token than the one that was refused; once, or a wrong one would go on for ever. */
    const renew = async (error: Error) => {
      connection.onRefused?.('UNAUTHENTICATED');
      const another = isRenewed ? undefined : await connection.getToken();
      if (signal?.aborted) return;
      if (!another || another === token) return fail(error);
      isRenewed = true;
      upload.start();
    };
    const upload = new Upload(file, {
      endpoint,
      metadata,
      // The name is ours alone: where the last answer was lost, the same bytes come again.
      headers: { 'x-upsert': 'true' },
      onBeforeRequest: async (sent) => {
        token = await connection.getToken();
        if (token) sent.setHeader('authorization', `Bearer ${token}`);
      },
      // Another person at the same browser is not to go on with it.
      fingerprint: async () =>
        ['reigh', endpoint, userId, bucket, file.name, file.type, file.size, file.lastModified].join('|'),
      removeFingerprintOnSuccess: true,
      retryDelays: PAUSES_MS,
      onShouldRetry: (error) => {
        const reason = reasonOf(error);
        if (reason.isRetryable) onWait?.(reason);
        return reason.isRetryable;
      },
      onProgress: (sent, total) => onProgress?.(sent, total),
      onError: (error) => {
        if (reasonOf(error).status === 401) renew(error).catch(fail);
        else fail(error);
      },
      onSuccess: () => {
        end();
        resolve({ location: `${bucket}/${upload.options.metadata?.objectName ?? objectName}` });
      },
    });
    signal?.addEventListener('abort', stop);
    const begin = async () => {
      const [last] = (await upload.findPreviousUploads()).sort(newestFirst);
      if (signal?.aborted) return;
      if (last?.metadata.objectName) {
        // Also where it has to begin anew: then under the name it had.
        upload.options.metadata = { ...metadata, objectName: last.metadata.objectName };
        upload.resumeFromPreviousUpload(last);
      }
      upload.start();
    };
    begin().catch(fail);
  });
}

/** Of uploads that were never finished; those that were are forgotten then. */
function forgetOld(): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(ENTRIES));
  for (const key of keys)
    if (!(begunAt(localStorage.getItem(key)) > Date.now() - KEPT_MS)) localStorage.removeItem(key);
}

/** NaN: it does not say. */
function begunAt(entry: string | null): number {
  try {
    return Date.parse((JSON.parse(entry ?? '') as { creationTime: string }).creationTime);
  } catch {
    return NaN;
  }
}

const newestFirst = (one: { creationTime: string }, other: { creationTime: string }) =>
  Date.parse(other.creationTime) - Date.parse(one.creationTime);

/** What storage takes in a name; the end stays, because it tells the kind of the file. */
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-80);
}

/** Storage answers TUS with a status and words for people; without an answer nobody was reached. */
function reasonOf(error: Error | DetailedError): GatewayError {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  const status = answer?.getStatus() ?? 0;
  if (!('originalRequest' in error)) return new GatewayError(error.message, 'INTERNAL', false);
  if (!answer || status === 0) return new GatewayError('The connection was lost.', 'UNREACHABLE', true);
  const body = answer.getBody().trim();
  // A proxy before the gateway answers with a page.
  const words = body && !body.startsWith('<') ? body : `The upload was refused (${status}).`;
  return new GatewayError(words, 'STORAGE', isPassing(status), status);
}
