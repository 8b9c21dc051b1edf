import type { Serving } from './serving';
import type { TransferOutcome } from '../../ops/metrics/storage';
import { answerJson, type Asked } from './context';
import { pipeTo } from './pipeTo';
import { checkConditions } from '../conditions';
import { StorageError } from '../errors';
import { startingWith, withBytes, type StoredObject } from '../objects';
import { selectBytes, type Selection, type Version } from '../ranges';
import { serveHeaders } from '../served';

/** Without a byte taken, a download is given up. */
const STALLED_MS = 30_000;

/** Answers with the bytes of an object: whole, a range of them, or that the caller has them already. */
export async function download(asked: Asked, { access, find }: Serving): Promise<void> {
  const { request, response, backend, query, signal } = asked;
  const { socket } = request;
  const object = await find();
  const headers = (of: StoredObject) => ({
    ...serveHeaders({
      ...versionOf(of),
      ...{ name: of.name, type: of.metadata.mimetype, cacheControl: of.metadata.cacheControl },
      ...{ access, download: query.download, now: new Date() },
    }),
    ...(of.metadata.contentEncoding ? { 'content-encoding': of.metadata.contentEncoding } : {}),
  });

  const condition = checkConditions(request.headers, versionOf(object));
  if (condition) {
    response.writeHead(condition, headers(object)).end();
    return;
  }
  const first = select(asked, object);
  if (first.status === 416) {
    for (const [name, value] of Object.entries(first.headers)) response.setHeader(name, value);
    answerJson(response, new StorageError('InvalidRange').body, 416);
    return;
  }
  if (request.method === 'HEAD') {
    response.writeHead(first.status, { ...headers(object), ...first.headers }).end();
    return;
  }
  const opened = await withBytes(startingWith(object, find), async (of) => {
    const selection = select(asked, of);
    // It was replaced by a shorter one since.
    if (selection.status === 416) throw new StorageError('InvalidRange');
    return { of, selection, bytes: await backend.read(of.version, selection.range, signal) };
  });
  response.writeHead(opened.selection.status, { ...headers(opened.of), ...opened.selection.headers });
  // Nobody keeps a file open by not reading it.
  response.setTimeout(STALLED_MS, () => response.destroy());
  const ended = asked.metrics.began('download', () => socket.bytesWritten);
  let outcome: TransferOutcome = 'done';
  // Errors after the head end the connection: a caller who counts bytes sees that some are missing.
  try {
    const sending = opened.bytes.sendTo?.(response);
    if (sending) outcome = await sending;
    else await pipeTo(response, opened.bytes, signal);
  } catch (error) {
    outcome = signal.aborted ? 'aborted' : 'failed';
    if (!signal.aborted) request.log.warn({ reason: String(error) }, 'a download broke off');
  }
  if (outcome !== 'done') response.destroy();
  ended(outcome);
}

export const versionOf = ({ metadata }: StoredObject): Version => ({
  etag: metadata.eTag,
  modified: new Date(metadata.lastModified),
});

function select({ request }: Asked, object: StoredObject): Selection {
  const { range, 'if-range': ifRange } = request.headers;
  return selectBytes(
    { method: request.method ?? 'GET', range, ifRange: typeof ifRange === 'string' ? ifRange : undefined },
    versionOf(object),
    object.metadata.size,
  );
}
