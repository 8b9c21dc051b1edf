import { Readable } from 'node:stream';

/**
 * Reads the first bytes of a stream and gives them back along with the whole of it.
 *
 * The whole is the stream itself, with its head put back: so its errors, its back-pressure and its destruction go both
 * ways without a pipe in between. Only a stream that has ended within the head is replaced, by one of its bytes.
 * Nothing is read beyond the head but what the stream had taken in already.
 *
 * Until somebody reads on, an error of the stream has no listener and would end the process; so it is held here, and
 * whoever reads on by `pipeline` or `for await` gets it then.
 * @returns head: at most `bytes`; fewer when there are no more
 * @throws the stream's error, and one for a stream that is cut off within the head
 */
export async function peek(stream: Readable, bytes: number): Promise<{ head: Buffer; whole: Readable }> {
  stream.on('error', () => undefined);
  const { all, ended } = await take(stream, bytes);
  const head = all.subarray(0, bytes);
  if (!ended) return { head, whole: stream };
  return { head, whole: Readable.from(all.length ? [all] : [], { objectMode: false }) };
}

function take(stream: Readable, bytes: number): Promise<{ all: Buffer; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const taken: Buffer[] = [];
    let size = 0;
    const stop = () => {
      stream.off('readable', read).off('end', end).off('error', fail).off('close', cut);
    };
    const read = () => {
      for (let chunk: Buffer | null; size < bytes && (chunk = stream.read() as Buffer | null) !== null;) {
        taken.push(chunk);
        size += chunk.length;
      }
      if (size < bytes) return;
      stop();
      const all = Buffer.concat(taken);
      // At once: a stream whose last byte was read says in the next tick that it has ended.
      stream.unshift(all);
      resolve({ all, ended: false });
    };
    const end = () => {
      stop();
      resolve({ all: Buffer.concat(taken), ended: true });
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    const cut = () => fail(stream.errored ?? new CutOffError());
    if (stream.readableEnded) return end();
    if (stream.destroyed) return cut();
    stream.on('readable', read).on('end', end).on('error', fail).on('close', cut);
  });
}

/** The stream was destroyed before its end, without a word why: the sender has left. */
export class CutOffError extends Error {
  constructor() {
    super('the stream was cut off');
    this.name = 'CutOffError';
  }
}
