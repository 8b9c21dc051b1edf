import fc from 'fast-check';
import type { Client } from 'pg';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf, type Entry } from './log';
import { sessionsOf } from './sessions';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const SEED = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {};
const WRITERS = 3;

let database: TestDatabase;
let sessions: ReturnType<typeof sessionsOf>;
let writers: Client[];
let project: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = sessionsOf(database);
  writers = await Promise.all(Array.from({ length: WRITERS }, () => sessions.open()));
  await builders(database).account(alice);
  project = await builders(database).project(alice);
});
afterAll(async () => {
  await sessions.close();
  await database.drop();
});

type Step = {
  who: number;
  does: 'write' | 'write many' | 'commit' | 'roll back' | 'savepoint' | 'undo' | 'read';
};

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(WRITERS - 1),
  does: fc.constantFrom(
    'write',
    'write',
    'write many',
    'commit',
    'commit',
    'roll back',
    'savepoint',
    'undo',
    'read',
  ),
});

interface Write {
  id: string;
  at: number;
}
/** A transaction as it went: when it wrote what, and when it was over. */
interface Done {
  writes: Write[];
  committedAt: number;
}

/** Plays one history. Gives what was committed, and what was read in batches and at once. */
async function play(steps: Step[]) {
  const reader = await readerOf(database);
  const whole = await readerOf(database);
  const open = writers.map(() => ({ writes: [] as Write[], savepoint: -1, running: false }));
  const done: Done[] = [];
  const batches: Entry[][] = [];
  let clock = 0;
  const finish = async (who: number, command: 'commit' | 'rollback') => {
    const own = open[who]!;
    if (!own.running) return;
    await writers[who]!.query(command);
    if (command === 'commit') done.push({ writes: own.writes, committedAt: (clock += 1) });
    open[who] = { writes: [], savepoint: -1, running: false };
  };
  for (const { who, does } of steps) {
    const [own, writer] = [open[who]!, writers[who]!];
    if (does === 'read') batches.push(await reader.news());
    else if (does === 'commit') await finish(who, 'commit');
    else if (does === 'roll back') await finish(who, 'rollback');
    else if (does === 'undo') {
      if (own.savepoint < 0) continue;
      await writer.query('rollback to s');
      own.writes = own.writes.slice(0, own.savepoint);
    } else {
      if (!own.running) await writer.query('begin');
      own.running = true;
      if (does === 'savepoint') {
        await writer.query('savepoint s');
        own.savepoint = own.writes.length;
      } else {
        const { rows } = await writer.query<{ id: string }>(
          `insert into generations (project_id) select $1 from generate_series(1, $2::int) returning id`,
          [project, does === 'write' ? 1 : 3],
        );
        own.writes = [...own.writes, ...rows.map(({ id }) => ({ id, at: (clock += 1) }))];
      }
    }
  }
  for (const who of writers.keys()) await finish(who, who % 2 ? 'rollback' : 'commit');
  batches.push(await reader.news());
  return { done, batches, all: await whole.news() };
}

/** Entries of which an earlier one was written after the commit of a later one. */
function inversions(done: Done[], entries: Entry[]): string[] {
  const of = new Map(done.flatMap((each) => each.writes.map(({ id, at }) => [id, { at, ...each }] as const)));
  return entries.flatMap((entry, place) => {
    const own = of.get(entry.row_id!)!;
    return entries
      .slice(place + 1)
      .filter((later) => own.at > of.get(later.row_id!)!.committedAt)
      .map((later) => `${entry.row_id} before ${later.row_id}`);
  });
}

test(`in ${RUNS} random histories of ${WRITERS} sessions all is told once, in commit order, in batches and at once`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const { done, batches, all } = await play(steps);
      const written = done.flatMap(({ writes }) => writes.map(({ id }) => id));
      for (const entries of [batches.flat(), all]) {
        expect(entries.map(({ row_id }) => row_id).sort()).toEqual([...written].sort());
        expect(inversions(done, entries)).toEqual([]);
        // What one transaction did stands together, in its order.
        for (const { writes } of done) {
          const places = writes.map(({ id }) => entries.findIndex(({ row_id }) => row_id === id));
          expect(places).toEqual(places.map((_, n) => places[0]! + n));
        }
      }
    }),
    { numRuns: RUNS, ...SEED },
  );
}, 600_000);

test('under writers that do not wait for each other every entry is read once, and a read has its own snapshot', async () => {
  const reader = await readerOf(database);
  let writing = true;
  const written: string[] = [];
  const work = writers.map(async (writer, who) => {
    for (let n = 0; n < 60; n += 1) {
      await writer.query('begin');
      const { rows } = await writer.query<{ id: string }>(
        `insert into generations (project_id) select $1 from generate_series(1, $2::int) returning id`,
        [project, 1 + ((n + who) % 3)],
      );
      await writer.query(n % 5 === 4 ? 'rollback' : 'commit');
      if (n % 5 !== 4) written.push(...rows.map(({ id }) => id));
    }
  });
  const over = Promise.all(work).then(() => (writing = false));
  const batches: Entry[][] = [];
  while (writing) batches.push(await reader.news());
  await over;
  batches.push(await reader.news());
  expect(batches.filter(({ length }) => length > 0).length).toBeGreaterThan(3);
  expect(
    batches
      .flat()
      .map(({ row_id }) => row_id)
      .sort(),
  ).toEqual([...written].sort());
});
