import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { createFileBackend } from '../../server/storage/backends/file';
import type { StoredBytes } from '../../server/storage/backends/backend';
import { compare } from '../../server/storage/compare';
import { deepSweep, type DeepSweepOptions } from '../../server/storage/deepSweep';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { emptyFolder } from '../helpers/process';

// What the deep sweep removes of the store and of the database, and above all what it does not.

let database: TestDatabase;
let root: string;
let backend: ReturnType<typeof createFileBackend>;
beforeEach(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  root = await emptyFolder();
  backend = createFileBackend({ root });
});
afterEach(() => database.drop());

const bytesOf = (text: string) => Readable.from([Buffer.from(text)]);
const fileOf = (key: string) => path.join(root, key.slice(0, 2), key);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const keys = async () => {
  const found: string[] = [];
  for await (const { key } of backend.list()) found.push(key);
  return found;
};
const names = async () =>
  (await database.asOwner<{ name: string }>('select name from storage.objects order by name')).map(
    ({ name }) => name.split('/')[1],
  );
const marker = async () =>
  (await database.asOwner<{ marker: string }>('select marker from app_private.storage_looks'))[0]!.marker;

async function reserve(): Promise<string> {
  const [row] = await database.query<{ version: string }>(
    alice,
    `select storage.reserve_version('public', interval '1 hour') as version`,
  );
  return row!.version;
}

/** An object of alice's with its bytes. @returns its version */
async function store(name: string): Promise<string> {
  const version = await reserve();
  const size = await backend.write(version, bytesOf(name));
  await database.query(alice, `select storage.put_row('public', $1, $2, true, $3, null)`, [
    ...[`${alice.id}/${name}`, version, { size, mimetype: 'text/plain' }],
  ]);
  return version;
}

/** Bytes that nobody registered. */
async function lay(days: number, ending = ''): Promise<string> {
  const key = randomUUID();
  const file = fileOf(key) + ending;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, 'whose?');
  await utimes(file, daysAgo(days), daysAgo(days));
  return key;
}

function record() {
  const warnings: string[] = [];
  const write = (line: string, _encoding: string, done: () => void) => {
    warnings.push((JSON.parse(line) as { msg: string }).msg);
    done();
  };
  return { warnings, log: pino({ level: 'warn' }, new Writable({ write, decodeStrings: false })) };
}

/** One look, in as many slices as it takes. */
async function look(options: Partial<DeepSweepOptions> = {}) {
  const { warnings, log } = record();
  const total = { slices: 0, removed: 0, missing: 0, dropped: 0, warnings };
  for (let isOver = false; !isOver;) {
    const swept = await database.as(service, (client) =>
      deepSweep(client, { backend, pauseHours: 0, ...options }, log),
    );
    ({ isOver } = swept!);
    total.slices++;
    for (const what of ['removed', 'missing', 'dropped'] as const) total[what] += swept![what];
  }
  return total;
}
const nothing = { slices: 1, removed: 0, missing: 0, dropped: 0, warnings: [] };

test('old bytes that nobody registered go, half-finished ones too; whatever else lies there stays', async () => {
  const version = await store('kept');
  const reserved = await reserve();
  await backend.write(reserved, bytesOf('on its way'));
  expect(await look()).toEqual(nothing);
  const [old, half, young] = [await lay(2), await lay(2, '.part'), await lay(0.9)];
  await utimes(fileOf(reserved), daysAgo(9), daysAgo(9));

  expect(await look()).toEqual({ ...nothing, removed: 2 });
  expect(await keys()).toEqual([version, reserved, young, await marker()].sort());
  expect(await keys()).not.toContain(old);
  expect(await readdir(path.dirname(fileOf(half)))).not.toContain(`${half}.part`);
  expect(await look({ orphanAgeMs: 0 })).toMatchObject({ removed: 1 });
});

test('an object is lost when its bytes were missing in two looks, and not when they came back in between', async () => {
  const [kept, back, lost] = [await store('kept'), await store('back'), await store('lost')];
  await look();
  await rm(fileOf(lost));
  await rename(fileOf(back), path.join(root, 'elsewhere'));
  expect(await look()).toEqual({ ...nothing, missing: 2 });
  expect(await names()).toEqual(['back', 'kept', 'lost']);
  await rename(path.join(root, 'elsewhere'), fileOf(back));

  expect(await look()).toEqual({
    ...{ ...nothing, missing: 1, dropped: 1 },
    warnings: ['removed objects whose bytes are lost'],
  });
  expect(await names()).toEqual(['back', 'kept']);
  expect(await database.asOwner('select version from app_private.storage_missing')).toEqual([
    { version: lost },
  ]);
  // What was missing once is forgotten once it was seen.
  await rm(fileOf(back));
  expect(await look()).toMatchObject({ missing: 1, dropped: 0 });
  expect(await keys()).toEqual([kept, await marker()].sort());
});

test('bytes that a list leaves out are asked for before their object goes', async () => {
  await store('kept');
  const listed = backend.list.bind(backend);
  await look();
  backend.list = async function* (after) {
    for await (const each of listed(after)) if (each.key === (await marker())) yield each;
  };
  await look();
  expect(await look()).toEqual({ ...nothing, missing: 1 });
  expect(await names()).toEqual(['kept']);
});

test('a store without its marker is another one: no object goes, and none of its bytes', async () => {
  await store('kept');
  await look();
  root = await emptyFolder();
  backend = createFileBackend({ root });
  const strange = await lay(9);
  const told = { ...nothing, warnings: ['the store is not the one of this database'] };
  for (let round = 0; round < 3; round++) expect(await look()).toEqual(told);
  expect([await names(), await keys()]).toEqual([['kept'], [strange]]);
});

test('a store that was in use before this database was is not taken for its own', async () => {
  await store('kept');
  const strange = await lay(9);
  const told = { ...nothing, warnings: ['the store holds what this database does not know'] };
  expect(await look()).toEqual(told);
  expect(await look()).toEqual(told);
  expect(await keys()).toContain(strange);
  expect(await keys()).not.toContain(await marker());
  await rm(fileOf(strange));
  expect(await look()).toEqual(nothing);
  expect(await keys()).toContain(await marker());
});

test('where too much is missing, or too much is unknown, nothing goes', async () => {
  const versions: string[] = [];
  for (let count = 0; count < 11; count++) versions.push(await store(`object ${count}`));
  await look();
  for (const version of versions) await rename(fileOf(version), path.join(root, version));
  const missing = 'too much is missing in the store to believe it';
  for (let round = 0; round < 3; round++)
    expect(await look()).toEqual({ ...nothing, missing: 11, warnings: [missing] });
  expect(await names()).toHaveLength(11);
  for (const version of versions) await rename(path.join(root, version), fileOf(version));

  for (let count = 0; count < 12; count++) await lay(9);
  const unknown = 'too much of the store is unknown to remove it';
  expect(await look()).toEqual({ ...nothing, warnings: [unknown] });
  expect(await keys()).toHaveLength(24);
  // Ten may go whatever their share is.
  for (const version of versions.slice(0, 10)) await rm(fileOf(version));
  await look();
  expect(await look()).toMatchObject({ missing: 10, dropped: 10 });
});

test('a look goes on where the last slice ended, and begins again after its pause', async () => {
  for (let count = 0; count < 5; count++) await store(`object ${count}`);
  const lost = await store('lost');
  await look();
  const old = await lay(2);
  await rm(fileOf(lost));
  // Seven keys, and the end of both lists.
  expect(await look({ sliceKeys: 1 })).toMatchObject({ slices: 8, removed: 1, missing: 1 });
  expect(await look({ sliceKeys: 2 })).toMatchObject({ slices: 4, missing: 1, dropped: 1 });
  expect(await keys()).not.toContain(old);
  expect(await names()).toHaveLength(5);
  const { log } = record();
  const early = database.as(service, (client) => deepSweep(client, { backend, pauseHours: 1 }, log));
  expect(await early).toBeUndefined();
});

test('two lists in order: what has no counterpart is found, in slices of any length', async () => {
  const key = fc.integer({ min: 0, max: 60 }).map((number) => `key ${String(number).padStart(3, '0')}`);
  const states = fc.constantFrom('live', 'reserved', 'garbage');
  const registered = fc.dictionary(key, states);
  await fc.assert(
    fc.asyncProperty(
      registered,
      fc.uniqueArray(key),
      fc.integer({ min: 1, max: 9 }),
      async (has, lying, most) => {
        const versions = Object.entries(has).sort();
        const behind = (after: string) => (each: string) => each > after;
        const found = { missing: [] as string[], unregistered: [] as string[], seen: 0, live: 0 };
        for (let after: string | undefined = ''; after !== undefined;) {
          const isBehind = behind(after);
          const slice = await compare(
            Readable.from(
              versions.filter(([each]) => isBehind(each)).map(([version, state]) => ({ version, state })),
            ),
            Readable.from(
              lying
                .filter(isBehind)
                .sort()
                .map((each): StoredBytes => ({ key: each, size: 1, modified: new Date() })),
            ),
            most,
          );
          expect(slice.seen).toBeLessThanOrEqual(most);
          found.missing.push(...slice.missing);
          found.unregistered.push(...slice.unregistered.map((each) => each.key));
          found.seen += slice.seen;
          found.live += slice.live;
          after = slice.last;
        }
        expect(found).toEqual({
          missing: versions
            .filter(([each, state]) => state === 'live' && !lying.includes(each))
            .map(([each]) => each),
          unregistered: lying.filter((each) => !(each in has)).sort(),
          seen: new Set([...Object.keys(has), ...lying]).size,
          live: versions.filter(([, state]) => state === 'live').length,
        });
      },
    ),
  );
});
