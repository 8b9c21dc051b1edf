import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createFileBackend } from '../../server/storage/backends/file';
import type { Backend, ByteRange, Sent } from '../../server/storage/backends/backend';
import { PIECE_BYTES, PIECES_MAX } from '../../server/storage/backends/sendFile';
import { watchLeaving } from '../../server/storage/routes/leaving';
import { pipeTo } from '../../server/storage/routes/pipeTo';
import { emptyFolder, eventually } from '../helpers/process';

// Memory that is used again, under what reads it: over real connections, for only there is it known what was sent.

const SIZE = 3 * PIECE_BYTES + 12_345;

let root: string;
let backend: Backend;
let server: Server;
let port: number;
/** What became of each request, by its number. */
let outcomes: Promise<Sent | 'piped'>[];

beforeEach(async () => {
  root = await emptyFolder();
  backend = createFileBackend({ root });
  outcomes = [];
  server = createServer((request, response) => {
    const [, key = '', start, end] = (request.url ?? '').split('/');
    const range = start ? { start: Number(start), end: Number(end) } : undefined;
    const leaving = watchLeaving(request, response);
    const answer = async () => {
      const bytes = await backend.read(key, range, leaving.signal);
      const sending = bytes.sendTo?.(response);
      if (sending) return sending;
      await pipeTo(response, bytes, leaving.signal);
      return 'piped' as const;
    };
    const outcome = answer().finally(leaving.ended);
    outcome.catch(() => response.destroy());
    outcomes.push(outcome);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function keep(bytes: Buffer): Promise<string> {
  const key = randomUUID();
  await backend.write(key, Readable.from([bytes]));
  return key;
}

/** The answer, of which nothing was read. */
async function ask(key: string, range?: ByteRange): Promise<IncomingMessage> {
  const asked = get({ port, path: `/${key}${range ? `/${range.start}/${range.end}` : ''}`, agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

test('each of many readers at once, more than there is memory for, has his own bytes', async () => {
  const files = await Promise.all(
    [SIZE, PIECE_BYTES, PIECE_BYTES + 1, 7].map(async (size) => {
      const bytes = randomBytes(size);
      return { bytes, key: await keep(bytes) };
    }),
  );
  for (let round = 0; round < 2; round++) {
    const readers = Array.from({ length: PIECES_MAX + 12 }, (_, n) => files[n % files.length]);
    const same = await Promise.all(
      readers.map(async (file) => file?.bytes.equals(await buffer(await ask(file.key)))),
    );
    expect(same).toEqual(readers.map(() => true));
  }
  expect(await Promise.all(outcomes)).toContain('done');
});

test('who asks for a part has that part, wherever the pieces end', async () => {
  const bytes = randomBytes(SIZE);
  const key = await keep(bytes);
  const ends = [0, PIECE_BYTES - 1, PIECE_BYTES, 2 * PIECE_BYTES + 5, SIZE - 1];
  for (const start of ends) {
    for (const end of ends.filter((each) => each >= start)) {
      const part = await buffer(await ask(key, { start, end }));
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    }
  }
  expect((await buffer(await ask(await keep(Buffer.alloc(0))))).length).toBe(0);
});

test('who takes nothing keeps one piece; when all are kept others are served by a pipe, and have them again later', async () => {
  const key = await keep(randomBytes(64 * PIECE_BYTES));
  const small = await keep(Buffer.from('small'));
  const idle: IncomingMessage[] = [];
  for (let n = 0; n < PIECES_MAX; n++) idle.push(await ask(key));

  expect(await buffer(await ask(small))).toEqual(Buffer.from('small'));
  expect(await outcomes.at(-1)).toBe('piped');

  for (const answer of idle) answer.destroy();
  expect(await Promise.all(outcomes.slice(0, PIECES_MAX))).toEqual(idle.map(() => 'aborted'));
  expect(await buffer(await ask(small))).toEqual(Buffer.from('small'));
  expect(await outcomes.at(-1)).toBe('done');
});

test('a file that was cut off on the disk is no whole answer', async () => {
  const key = await keep(randomBytes(SIZE));
  const bytes = await backend.read(key);
  await truncate(path.join(root, key.slice(0, 2), key), 10);
  const to = new PassThrough().resume();
  await expect(bytes.sendTo?.(to)).rejects.toThrow('shorter');
  expect(to.writableEnded).toBe(false);
});

test('whoever leaves with answers still waiting behind the first one keeps no memory, and none of them goes on', async () => {
  const key = await keep(randomBytes(64 * PIECE_BYTES));
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
  const request = `GET /${key} HTTP/1.1\r\nHost: x\r\n\r\n`;
  for (const socket of sockets) socket.pause().write(request.repeat(12));
  while (outcomes.length < 24) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of sockets) socket.destroy();
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await eventually(async () => expect(await connections()).toBe(0));
  // There is memory for all but a few, which are piped.
  for (const end of await Promise.allSettled(outcomes))
    expect(end.status === 'fulfilled' ? end.value : (end.reason as Error).name).toMatch(/^abort/i);
  const idle = await Promise.all(Array.from({ length: PIECES_MAX }, () => ask(key)));
  for (const answer of idle) answer.destroy();
  expect(await Promise.all(outcomes.slice(-PIECES_MAX))).toEqual(idle.map(() => 'aborted'));
});
