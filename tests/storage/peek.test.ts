import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { CutOffError, peek } from '../../server/storage/peek';

const sourceOf = (chunks: Uint8Array[]) =>
  Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
const bytesOf = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index % 251));

/** Though it may fail before: `once` would fail with it. */
const closed = (stream: Readable) => new Promise<void>((resolve) => stream.once('close', () => resolve()));

describe('peeking', () => {
  test('gives the head, and all bytes in their order, however they come', async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 120 }), async (pieces, bytes) => {
        const all = Buffer.concat(pieces);
        const { head, whole } = await peek(sourceOf(pieces), bytes);
        expect(head.equals(all.subarray(0, bytes))).toBe(true);
        expect((await buffer(whole)).equals(all)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['data', 'pipe', 'iterate'])('leaves a stream that can be read by %s', async (way) => {
    const source = new PassThrough({ highWaterMark: 16 });
    const all = bytesOf(5_000);
    void pipeline(Readable.from([all.subarray(0, 50), all.subarray(50)]), source);
    const { whole } = await peek(source, 100);
    const got: Buffer[] = [];
    if (way === 'data')
      await once(
        whole.on('data', (chunk: Buffer) => got.push(chunk)),
        'end',
      );
    else if (way === 'iterate') for await (const chunk of whole) got.push(chunk as Buffer);
    else
      await pipeline(
        whole,
        new Writable({ write: (chunk: Buffer, _encoding, done) => (got.push(chunk), done()) }),
      );
    expect(Buffer.concat(got).equals(all)).toBe(true);
  });

  test('reads no further than the head, whatever there is', async () => {
    let given = 0;
    const source = new Readable({
      highWaterMark: 1_000,
      read() {
        given += 1_000;
        this.push(Buffer.alloc(1_000));
      },
    });
    const { head, whole } = await peek(source, 4_100);
    expect(head).toHaveLength(4_100);
    // What the stream takes in by itself while nobody reads, and no more.
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThanOrEqual(8_000);
    whole.destroy();
    expect(source.destroyed).toBe(true);
  });

  test('passes an error within the head on', async () => {
    const source = new PassThrough();
    const peeked = peek(source, 100);
    source.write('abc');
    source.destroy(new Error('the disk is gone'));
    await expect(peeked).rejects.toThrow('the disk is gone');

    const silent = new PassThrough({ emitClose: false });
    const peekedToo = peek(silent, 100);
    silent.destroy(new Error('the disk is gone'));
    await expect(peekedToo).rejects.toThrow('the disk is gone');
  });

  test('takes a stream that is cut off within the head for no whole one', async () => {
    const source = new PassThrough();
    const peeked = peek(source, 100);
    source.write('abc');
    source.destroy();
    await expect(peeked).rejects.toThrow(CutOffError);
    await expect(peek(source, 100)).rejects.toThrow(CutOffError);
    const failed = new PassThrough().on('error', () => undefined).destroy(new Error('before'));
    await expect(peek(failed, 100)).rejects.toThrow('before');
  });

  test('keeps an error between the head and whoever reads on for him', async () => {
    const source = new PassThrough();
    source.write(bytesOf(200));
    const { whole } = await peek(source, 100);
    source.destroy(new Error('the sender is gone'));
    await closed(source);
    await expect(pipeline(whole, new PassThrough().resume())).rejects.toThrow();
    expect(whole.errored?.message).toBe('the sender is gone');
  });

  test('passes an error behind the head on to whoever reads on', async () => {
    const source = new PassThrough();
    source.write(bytesOf(200));
    const { whole } = await peek(source, 100);
    const reading = buffer(whole);
    source.destroy(new Error('the sender is gone'));
    await expect(reading).rejects.toThrow('the sender is gone');
  });

  test('of a stream that has ended gives nothing, and nothing of it stays', async () => {
    const source = Readable.from([]);
    await buffer(source);
    const { head, whole } = await peek(source, 100);
    expect(head).toHaveLength(0);
    expect(await buffer(whole)).toHaveLength(0);
    const again = new PassThrough();
    again.end(bytesOf(10));
    const before = again.eventNames().length;
    await peek(again, 100);
    expect(again.listenerCount('readable')).toBe(0);
    expect(again.eventNames().length).toBeLessThanOrEqual(before + 1);
  });
});

describe('peeking at a request', () => {
  const serve = async (answer: (incoming: IncomingMessage) => Promise<string>) => {
    const server = createServer((incoming, outgoing) => {
      void answer(incoming).then(
        (text) => outgoing.end(text),
        () => outgoing.destroy(),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { server, port: (server.address() as AddressInfo).port };
  };

  test.each([0, 1, 99, 100, 101, 300_000])('gives all of its %i bytes', async (length) => {
    const sent = bytesOf(length);
    const { server, port } = await serve(async (incoming) => {
      const { head, whole } = await peek(incoming, 100);
      const all = await buffer(whole);
      return `${head.length} ${all.equals(sent)}`;
    });
    try {
      const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: sent });
      expect(await answer.text()).toBe(`${Math.min(100, length)} true`);
    } finally {
      server.close();
    }
  });

  test('whose sender leaves fails for whoever reads on, and ends nothing else', async () => {
    let tell: (outcome: unknown) => void;
    const outcome = new Promise<unknown>((resolve) => (tell = resolve));
    const { server, port } = await serve(async (incoming) => {
      const { whole } = await peek(incoming, 100);
      sender.destroy();
      await closed(whole);
      tell(
        await buffer(whole).then(
          () => 'read',
          (error: Error) => error.message,
        ),
      );
      return '';
    });
    const sender = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 1_000 } });
    sender.on('error', () => undefined).write(bytesOf(200));
    try {
      expect(await outcome).toBe('aborted');
    } finally {
      server.close();
    }
  });
});
