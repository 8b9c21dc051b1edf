import { setMaxListeners } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import sharp from 'sharp';
import { MissingBytesError } from '../../server/storage/backends/backend';
import { ask, noise, openRenditions } from '../helpers/pictures';

const STAY = new AbortController().signal;
setMaxListeners(0, STAY);
let small: Buffer;

beforeAll(async () => {
  small = await noise(64, 64).png().toBuffer();
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

/** A source that is opened at once and says nothing until it is let. */
function heldBack(bytes = small) {
  const streams: PassThrough[] = [];
  return {
    streams,
    read: () => {
      const stream = new PassThrough();
      streams.push(stream);
      return Promise.resolve<Readable>(stream);
    },
    letGo: () => streams.forEach((stream) => stream.writable && stream.end(bytes)),
  };
}

describe('one rendition for many', () => {
  test('is made once, and kept for who comes later', async () => {
    const renditions = openRenditions();
    const source = heldBack();
    const request = { ...ask(small, { width: 20 }), read: source.read };
    const many = Array.from({ length: 50 }, () => renditions.render(request, STAY));
    await until(() => source.streams.length === 1);
    source.letGo();
    const made = await Promise.all(many);
    expect(new Set(made.map(({ bytes }) => bytes)).size).toBe(1);
    expect((await renditions.render(request, STAY)).bytes).toBe(made[0]!.bytes);
    expect(source.streams).toHaveLength(1);
    expect(renditions.view()).toMatchObject({ running: 0, waiting: 0, count: 1 });
  });

  test('headers that come to the same share it, those that do not do not', async () => {
    const renditions = openRenditions();
    const request = ask(small);
    const by = (accept?: string) => renditions.render({ ...request, accept }, STAY);
    const [a, b, c] = await Promise.all([by('image/webp'), by('text/html, image/webp;q=0.3'), by('*/*')]);
    expect(a.bytes).toBe(b.bytes);
    expect([a.type, c.type]).toEqual(['image/webp', 'image/png']);
  });

  test('one who leaves takes nothing from the others', async () => {
    const renditions = openRenditions();
    const source = heldBack();
    const request = { ...ask(small), read: source.read };
    const leaver = new AbortController();
    const left = renditions.render(request, leaver.signal);
    const stays = renditions.render(request, STAY);
    await until(() => source.streams.length === 1);
    const reason = new Error('gone');
    leaver.abort(reason);
    await expect(left).rejects.toBe(reason);
    source.letGo();
    expect((await stays).type).toBe('image/png');
    expect(source.streams).toHaveLength(1);
  });

  test('when all have left, reading stops, and the next one begins anew', async () => {
    const renditions = openRenditions();
    const source = heldBack();
    const request = { ...ask(small), read: source.read };
    const leavers = [new AbortController(), new AbortController()];
    const left = leavers.map(({ signal }) => renditions.render(request, signal));
    await until(() => source.streams.length === 1);
    leavers.forEach((leaver) => leaver.abort());
    for (const one of left) await expect(one).rejects.toMatchObject({ name: 'AbortError' });
    const again = renditions.render(request, STAY);
    await until(() => source.streams.length === 2);
    expect(source.streams.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    source.letGo();
    await again;
    expect(renditions.view()).toMatchObject({ running: 0, waiting: 0 });
  });

  test('who has left before he asks costs nothing', async () => {
    const read = () => Promise.reject(new Error('was read'));
    const left = openRenditions().render(ask(small, {}, { read }), AbortSignal.abort());
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a source that is opened after all have left is closed', async () => {
    const renditions = openRenditions();
    const late = new PassThrough();
    let open = (_stream: Readable) => {};
    let isAsked = false;
    const read = () => {
      isAsked = true;
      return new Promise<Readable>((resolve) => (open = resolve));
    };
    const leaver = new AbortController();
    const left = renditions.render({ ...ask(small), read }, leaver.signal);
    await until(() => isAsked);
    leaver.abort();
    await expect(left).rejects.toThrow();
    open(late);
    await until(() => late.destroyed);
    await until(() => renditions.view().running === 0);
  });
});

describe('places', () => {
  test('so many are made at once, so many wait, and one more is told to slow down', async () => {
    const renditions = openRenditions({ atOnce: 2, waitingMax: 3 });
    const source = heldBack();
    const render = (signal = STAY) => renditions.render({ ...ask(small), read: source.read }, signal);
    const leaver = new AbortController();
    const running = [render(), render()];
    const waiting = [render(leaver.signal), render(), render()];
    await until(() => source.streams.length === 2);
    expect(renditions.view()).toMatchObject({ running: 2, waiting: 3 });
    await expect(render()).rejects.toMatchObject({ code: 'SlowDown', httpStatus: 429, retryAfterMs: 1_000 });

    // One who leaves the queue makes room in it, and is never read for.
    leaver.abort();
    await expect(waiting.shift()).rejects.toMatchObject({ name: 'AbortError' });
    expect(renditions.view().waiting).toBe(2);
    waiting.push(render());
    expect(renditions.view().waiting).toBe(3);

    source.letGo();
    await Promise.all(running);
    await until(() => source.streams.length === 4);
    expect(renditions.view()).toMatchObject({ running: 2, waiting: 1 });
    source.letGo();
    await until(() => source.streams.length === 5);
    source.letGo();
    await Promise.all(waiting);
    expect(source.streams).toHaveLength(5);
    expect(renditions.view()).toMatchObject({ running: 0, waiting: 0 });
  });

  test('one caller has half of the places, and another is drawn beside him', async () => {
    const renditions = openRenditions({ atOnce: 2, waitingMax: 3 });
    const source = heldBack();
    const read: string[] = [];
    const render = (caller: string) =>
      renditions.render(
        {
          ...{ ...ask(small), caller },
          read: () => {
            read.push(caller);
            return source.read();
          },
        },
        STAY,
      );
    const all = [render('greedy'), render('greedy'), render('modest')];
    await until(() => source.streams.length === 2);
    expect(read).toEqual(['greedy', 'modest']);
    source.letGo();
    await until(() => source.streams.length === 3);
    source.letGo();
    await Promise.all(all);
  });

  test('nobody waits for ever: not in the queue, nor for a source that says nothing', async () => {
    const renditions = openRenditions({ atOnce: 1, timeoutMs: 50 });
    const source = heldBack();
    const render = () => renditions.render({ ...ask(small), read: source.read }, STAY);
    const codes = await Promise.all([render(), render()].map((one) => one.catch((error: unknown) => error)));
    expect(codes[0]).toMatchObject({ code: 'ServiceUnavailable' });
    expect(['SlowDown', 'ServiceUnavailable']).toContain((codes[1] as { code: string }).code);
    expect(source.streams.every(({ destroyed }) => destroyed)).toBe(true);
    expect(renditions.view()).toMatchObject({ running: 0, waiting: 0 });
  });

  test('what fails gives its place back, and is neither kept nor hidden', async () => {
    const renditions = openRenditions({ atOnce: 1 });
    const gone = ask(small, {}, { read: () => Promise.reject(new MissingBytesError('x')) });
    await expect(renditions.render(gone, STAY)).rejects.toBeInstanceOf(MissingBytesError);
    const torn = new Error('connection lost');
    const cut = new PassThrough();
    cut.write(small.subarray(0, 100));
    const failing = renditions.render({ ...gone, read: () => Promise.resolve(cut) }, STAY);
    await until(() => (cut.readableFlowing === null ? cut.listenerCount('readable') > 0 : true));
    cut.destroy(torn);
    await expect(failing).rejects.toBe(torn);
    expect((await renditions.render({ ...ask(small), key: gone.key }, STAY)).type).toBe('image/png');
  });
});

describe('what is kept', () => {
  test('one version has its share, the least asked for goes first', async () => {
    const renditions = openRenditions();
    const request = ask(small);
    const reads: number[] = [];
    const render = (width: number) =>
      renditions.render(
        { ...ask(small, { width }), key: request.key, read: () => (reads.push(width), request.read(STAY)) },
        STAY,
      );
    await renditions.render(ask(small), STAY);
    for (let width = 1; width <= 16; width++) await render(width);
    await render(1);
    await render(17);
    expect(renditions.view().count).toBe(17);
    reads.length = 0;
    await render(1);
    await render(17);
    await render(2);
    expect(reads).toEqual([2]);
  });

  test('it is bounded in bytes, and what is too large is made each time', async () => {
    const cacheBytes = 40_000;
    const renditions = openRenditions({ cacheBytes });
    for (let width = 20; width < 60; width++)
      await renditions.render(ask(small, { width, format: 'origin' }), STAY);
    const { count, bytes } = renditions.view();
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(40);
    expect(bytes).toBeLessThanOrEqual(cacheBytes);
    // More than an eighth.
    await renditions.render(ask(small, { format: 'origin' }), STAY);
    expect(renditions.view()).toMatchObject({ count, bytes });

    const nothing = openRenditions({ cacheBytes: 0 });
    await nothing.render(ask(small), STAY);
    expect(nothing.view()).toMatchObject({ count: 0, bytes: 0 });
  });

  test('a purge forgets all of a version and nothing else, also what is being made', async () => {
    const renditions = openRenditions();
    const [kept, purged] = [ask(small, { width: 9 }), ask(small, { width: 9 })];
    await renditions.render(kept, STAY);
    for (const width of [9, 10, 11])
      await renditions.render({ ...ask(small, { width }), key: purged.key }, STAY);
    const source = heldBack();
    const meanwhile = renditions.render(
      { ...ask(small, { width: 12 }), key: purged.key, read: source.read },
      STAY,
    );
    await until(() => source.streams.length === 1);
    expect(renditions.view().count).toBe(4);
    renditions.purge(purged.key);
    renditions.purge('never heard of');
    source.letGo();
    expect((await meanwhile).type).toBe('image/png');
    expect(renditions.view().count).toBe(1);
  });

  test('what all have left while it was drawn is kept all the same, and is not drawn twice', async () => {
    const renditions = openRenditions({ atOnce: 1 });
    const source = heldBack(await noise(2_000, 2_000).png().toBuffer());
    const leaver = new AbortController();
    const request = { ...ask(small, { width: 1_500 }, { accept: 'image/webp' }), read: source.read };
    const left = renditions.render(request, leaver.signal);
    await until(() => source.streams.length === 1);
    source.letGo();
    await until(() => sharp.counters().process > 0);
    leaver.abort();
    await expect(left).rejects.toThrow();
    expect(renditions.view().running).toBe(1);
    const joined = await renditions.render(request, STAY);
    expect(joined.type).toBe('image/webp');
    expect(source.streams).toHaveLength(1);
    expect(renditions.view().count).toBe(1);
  });
});
