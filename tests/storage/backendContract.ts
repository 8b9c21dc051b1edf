import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KeyTakenError, MissingBytesError, type Backend } from '../../server/storage/backends/backend';

/** A backend of this test's own, and a look behind it. */
export interface Place {
  backend: Backend;
  /** Names of all that lies there, half-finished things included, whatever the backend says. */
  lying(): Promise<string[]>;
  /** Keeps the text under each key, by the fastest way there is. */
  lay(keys: string[], text: string): Promise<void>;
  /** What writes may hold in memory, whatever they write. */
  heldBytes: number;
}

const MB = 1024 * 1024;
const HOSTILE = [
  ...['', '.', '..', '../../etc/passwd', '/etc/passwd', 'resumable', 'ab/cd', 'a\0b', 'check', '%2e%2e%2f'],
  ...[`${randomUUID()}/..`, `../${randomUUID()}`, `${randomUUID()}.info`, `${randomUUID()}.json`],
  ...[`${randomUUID()}\n`, ` ${randomUUID()}`, randomUUID().toUpperCase(), randomUUID().replaceAll('-', '')],
];

/** What every backend has to do; each clause of the interface. */
export function keepsBytes(at: () => Place): void {
  const write = (key: string, bytes: string | Buffer) =>
    at().backend.write(key, Readable.from([Buffer.from(bytes)]));
  const readText = async (key: string) => text(await at().backend.read(key));

  test('what was written is read again, byte for byte, and its size is known', async () => {
    const { backend } = at();
    const [key, bytes] = [randomUUID(), randomBytes(300_000)];
    expect(await backend.size(key)).toBeUndefined();
    expect(await write(key, bytes)).toBe(300_000);
    expect((await buffer(await backend.read(key))).equals(bytes)).toBe(true);
    expect(await backend.size(key)).toBe(300_000);
  });

  test('no bytes at all are a file too', async () => {
    const key = randomUUID();
    expect(await at().backend.write(key, Readable.from([]))).toBe(0);
    expect(await at().backend.size(key)).toBe(0);
    expect(await readText(key)).toBe('');
  });

  test('80 MB go in and out whole, with little of them in memory', async () => {
    const { backend, heldBytes } = at();
    const key = randomUUID();
    const before = bytesInMemory();
    let peak = 0;
    const look = () => (peak = Math.max(peak, bytesInMemory() - before));
    expect(await backend.write(key, Readable.from(chunks(80, look)))).toBe(80 * MB);
    expect(peak).toBeLessThan(heldBytes);
    peak = 0;
    const hash = createHash('sha256');
    let read = 0;
    for await (const chunk of await backend.read(key)) {
      hash.update(chunk as Buffer);
      if (Math.floor(read / (8 * MB)) < Math.floor((read += (chunk as Buffer).length) / (8 * MB)))
        peak = Math.max(peak, (await bytesThatStay()) - before);
    }
    expect(peak).toBeLessThan(32 * MB);
    const expected = createHash('sha256');
    for (const chunk of chunks(80)) expected.update(chunk);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
    await backend.remove([key]);
  });

  test.each([
    ['few', 1],
    ['many', 20],
  ])('of a stream that fails after %s bytes nothing stays, and its error is told', async (_, megabytes) => {
    const before = await at().lying();
    const stream = Readable.from(failing(megabytes));
    await expect(at().backend.write(randomUUID(), stream)).rejects.toThrow('the sender failed');
    expect(stream.destroyed).toBe(true);
    expect(await at().lying()).toEqual(before);
  });

  test('of a stream that is cut off without a word nothing stays', async () => {
    const before = await at().lying();
    const stream = new Readable({ read: () => undefined });
    stream.push(randomBytes(9 * MB));
    const writing = at().backend.write(randomUUID(), stream);
    stream.destroy();
    await expect(writing).rejects.toThrow(/premature|closed/i);
    expect(await at().lying()).toEqual(before);
  });

  test('of a write that is given up nothing stays, and its stream is destroyed', async () => {
    const before = await at().lying();
    const [giving, key] = [new AbortController(), randomUUID()];
    const stream = Readable.from(
      (async function* () {
        yield* chunks(20);
        giving.abort();
        yield* chunks(20);
      })(),
    );
    await expect(at().backend.write(key, stream, giving.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(stream.destroyed).toBe(true);
    const late = Readable.from(['never looked at']);
    await expect(at().backend.write(key, late, giving.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(late.destroyed).toBe(true);
    await expect(at().backend.read(key)).rejects.toThrow(MissingBytesError);
    expect(await at().lying()).toEqual(before);
  });

  test('a key is written once', async () => {
    const key = randomUUID();
    await write(key, 'first');
    await expect(write(key, 'second')).rejects.toThrow(KeyTakenError);
    const other = randomUUID();
    await write(other, 'other');
    await expect(at().backend.copy(other, key)).rejects.toThrow(KeyTakenError);
    expect(await readText(key)).toBe('first');
  });

  test('two writes of one key at once: what is read is one of them, whole', async () => {
    const key = randomUUID();
    const texts = ['a'.repeat(MB), 'b'.repeat(MB)];
    const ends = await Promise.allSettled(texts.map((each) => write(key, each)));
    const done = texts.filter((_, i) => ends[i]?.status === 'fulfilled');
    const found = await readText(key);
    expect(done.some((each) => each === found)).toBe(true);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(KeyTakenError);
  });

  test.each([
    [0, 0, '0'],
    [0, 9, '0123456789'],
    [9, 9, '9'],
    [3, 5, '345'],
    [8, 4_000, '89'],
    [0, 4_000, '0123456789'],
  ])('bytes %i to %i', async (start, end, expected) => {
    const key = randomUUID();
    await write(key, '0123456789');
    expect(await text(await at().backend.read(key, { start, end }))).toBe(expected);
  });

  test.each([
    [10, 10],
    [4_000, 5_000],
    [5, 4],
    [-1, 4],
    [0.5, 4],
    [NaN, 4],
  ])('bytes %d to %d are none', async (start, end) => {
    const [key, empty] = [randomUUID(), randomUUID()];
    await write(key, '0123456789');
    await write(empty, '');
    await expect(at().backend.read(key, { start, end })).rejects.toThrow(RangeError);
    await expect(at().backend.read(empty, { start, end })).rejects.toThrow(RangeError);
  });

  test('what is not there is missed by its name', async () => {
    const { backend } = at();
    const key = randomUUID();
    for (const ask of [
      backend.read(key),
      backend.read(key, { start: 0, end: 0 }),
      backend.copy(key, randomUUID()),
      backend.adopt(key),
    ])
      await expect(ask).rejects.toMatchObject({ name: 'MissingBytesError', key });
    await backend.remove([key, randomUUID()]);
    await backend.remove([]);
  });

  test('a reader has it all when it is removed meanwhile, and no one after', async () => {
    const [key, bytes] = [randomUUID(), randomBytes(4 * MB)];
    await write(key, bytes);
    const reading = await at().backend.read(key);
    await at().backend.remove([key]);
    await expect(at().backend.read(key)).rejects.toThrow(MissingBytesError);
    expect((await buffer(reading)).equals(bytes)).toBe(true);
  });

  test('a reader who is given up gets no more', async () => {
    const [key, giving] = [randomUUID(), new AbortController()];
    await write(key, randomBytes(20 * MB));
    const reading = await at().backend.read(key, undefined, giving.signal);
    const rest = (async () => {
      for await (const chunk of reading) if (chunk) giving.abort();
    })();
    await expect(rest).rejects.toMatchObject({ name: 'AbortError' });
    expect(reading.destroyed).toBe(true);
    await expect(at().backend.read(key, undefined, giving.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('a copy outlives what it was made of', async () => {
    const [key, copy] = [randomUUID(), randomUUID()];
    await write(key, 'the same');
    await at().backend.copy(key, copy);
    await at().backend.remove([key]);
    expect(await readText(copy)).toBe('the same');
    expect(await at().backend.size(copy)).toBe(8);
  });

  test('1,005 keys are listed once each and in order, from any on, and removed at once', async () => {
    const { backend } = at();
    const kept = randomUUID();
    await write(kept, 'kept');
    const keys = Array.from({ length: 1_005 }, () => randomUUID());
    await at().lay(keys, 'laid');
    const all = (await listed(backend)).map(({ key }) => key);
    expect(all).toEqual([...new Set(all)].sort());
    expect(all).toEqual(expect.arrayContaining([kept, ...keys]));
    const middle = all[600];
    expect((await listed(backend, middle)).map(({ key }) => key)).toEqual(all.slice(601));
    await backend.remove(keys);
    const left = await listed(backend);
    expect(left.map(({ key }) => key)).toEqual(all.filter((key) => !keys.some((each) => each === key)));
    const found = left.find(({ key }) => key === kept);
    expect(found?.size).toBe(4);
    expect(Math.abs(Date.now() - Number(found?.modified))).toBeLessThan(300_000);
  });

  test.each(HOSTILE)('a key that is none leads nowhere: %j', async (key) => {
    const { backend } = at();
    const good = randomUUID();
    await write(good, 'good');
    const before = await at().lying();
    const late = Readable.from(['late']);
    for (const ask of [
      () => backend.write(key, late),
      () => backend.read(key),
      () => backend.copy(good, key),
      () => backend.copy(key, randomUUID()),
      () => backend.remove([good, key]),
      () => backend.size(key),
      () => backend.adopt(key),
    ])
      await expect((async () => ask())()).rejects.toThrow('has to be a UUID');
    expect(late.destroyed).toBe(true);
    expect(await at().lying()).toEqual(before);
  });

  test('it says that bytes can be kept, and leaves nothing of the trial', async () => {
    const before = await at().lying();
    await at().backend.check();
    expect(await at().lying()).toEqual(before);
  });
}

export async function listed(backend: Backend, after?: string) {
  const found = [];
  for await (const each of backend.list(after)) found.push(each);
  return found;
}

/** One piece of memory throughout, with another beginning for each megabyte. */
function* chunks(megabytes: number, look: () => void = () => undefined): Generator<Buffer> {
  const chunk = Buffer.alloc(65_536, 'reigh');
  for (let at = 0; at < megabytes * 16; at += 1) {
    if (at % 128 === 0) look();
    chunk.writeUInt32BE(at);
    // A copy: whoever holds it must see what it was.
    yield Buffer.from(chunk);
  }
}

function* failing(megabytes: number): Generator<Buffer> {
  yield* chunks(megabytes);
  throw new Error('the sender failed');
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What buffers hold that someone still needs. */
function bytesInMemory(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** The same once nothing flows any more: what was freed is counted off a while later, by a thread of its own. */
async function bytesThatStay(): Promise<number> {
  let bytes = bytesInMemory();
  for (;;) {
    await setTimeout(20);
    const now = bytesInMemory();
    if (now >= bytes) return now;
    bytes = now;
  }
}
