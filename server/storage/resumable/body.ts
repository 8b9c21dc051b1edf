import type { IncomingMessage } from 'node:http';
import { ReadableStream } from 'node:stream/web';

const BUFFERED_BYTES = 256 * 1024;

/**
 * The body of a request as a web stream that holds so many bytes at most: that of Node counts chunks, and would hold
 * thousands of them. Giving it up leaves the request as it is, so that an answer can still be sent.
 */
export function readBody(request: IncomingMessage): {
  stream: ReadableStream<Uint8Array>;
  letGo: () => void;
} {
  let letGo = () => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const take = (chunk: Buffer) => {
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) request.pause();
        };
        const end = () => {
          letGo();
          controller.close();
        };
        const fail = () => {
          letGo();
          controller.error(new Error('the request was cut off'));
        };
        request.on('data', take).once('end', end).once('error', fail).once('close', fail);
        letGo = () => {
          request.off('data', take).off('end', end).off('error', fail).off('close', fail);
        };
      },
      pull: () => {
        request.resume();
      },
      cancel: () => letGo(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFERED_BYTES }),
  );
  return { stream, letGo: () => letGo() };
}
