import fc from 'fast-check';
import { alice, bob, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { CHANGES_OF_SERVICES, CHANGES_OF_USERS, type Draw } from '../helpers/changes';
import type { TestDatabase } from '../helpers/database';
import {
  enact,
  knownIn,
  openLanes,
  playAll,
  START,
  stepsOf,
  type Known,
  type Transaction,
  type Who,
} from '../helpers/histories';
import { readerOf, replay, rowsOf, type Entry, type Shown } from './log';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 120);

type Change = (known: Known, draw: Draw) => string;

const pick = (ids: string[], n: number) =>
  `'${ids[n % ids.length] ?? '00000000-0000-4000-8000-00000000dead'}'`;
const several = (ids: string[], n: number) =>
  `'{${ids.filter((_, place) => (n >> (place % 16)) % 2 === 1).join(',')}}'::uuid[]`;

const CHANGES_OF_TASKS: Record<string, Change> = {
  'insert tasks': ({ projects, tasks }, [a, b, c]) =>
    `insert into tasks (project_id, task_type, parent_task_id) select ${pick(projects, a)}, 'image_generation',
      (select id from tasks where id = ${pick(tasks, c)} and project_id = ${pick(projects, a)}) from generate_series(0, ${b % 3})`,
  'begin and end tasks': ({ tasks }, [a, b]) =>
    `update tasks set status = ${b % 2 ? `'In Progress'` : `'Cancelled'`}, error_message = 'e${b % 3}' where id = any (${several(tasks, a)})`,
  'extend a lease': ({ tasks }, [a, b]) =>
    `update tasks set lease_expires_at = now() + interval '${b} s' where id = ${pick(tasks, a)}`,
  'aim a generation at a task': ({ tasks, generations }, [a, b]) =>
    `update generations g set task_id = t.id from tasks t where t.id = ${pick(tasks, a)} and g.project_id = t.project_id
      and g.id = any (${several(generations, b)})`,
  'delete tasks': ({ tasks }, [a]) => `delete from tasks where id = any (${several(tasks, a)})`,
};

/** Several things to one row in one statement, and their like. */
const CHANGES_OF_MANY: Record<string, Change> = {
  'merge links': ({ shots, links }, [a, b, c]) =>
    `merge into shot_generations l using (
        select x.id, null::uuid as shot_id, null::uuid as generation_id, n from unnest(${several(links, a)}) with ordinality x (id, n)
        union all
        (select gen_random_uuid(), s.id, g.id, 0 from shots s join generations g using (project_id) where s.id = ${pick(shots, b)} limit 2)
      ) w on l.id = w.id
      when matched and w.n % 2 = 0 then delete
      when matched then update set timeline_frame = ${c % 300}
      when not matched then insert (shot_id, generation_id, timeline_frame) values (w.shot_id, w.generation_id, ${c % 99})`,
  'upsert tasks': ({ projects, tasks }, [a, b, c]) =>
    `insert into tasks (id, project_id, task_type) values (${pick(tasks, a)}, ${pick(projects, b)}, 'image_generation'),
      (gen_random_uuid(), ${pick(projects, c)}, 'image_generation')
      on conflict (id) do update set error_message = 'again ${c % 3}'`,
  'delete shots and variants, change generations': ({ shots, variants, generations }, [a, b, c, d]) =>
    `with s as (delete from shots where id = ${pick(shots, a)}), v as (delete from generation_variants where id = any (${several(variants, b)}))
      update generations set starred = not starred, name = 'm${d}' where id = any (${several(generations, c)})`,
  'delete tasks, generations and a shot': ({ tasks, shots, generations }, [a, b, c]) =>
    `with t as (delete from tasks where id = any (${several(tasks, a)})), s as (delete from shots where id = ${pick(shots, b)})
      delete from generations where id = any (${several(generations, c)})`,
  'make a part of what it is based on': ({ generations }, [a, b]) =>
    `update generations g set based_on = p.id, parent_generation_id = p.id, is_child = true from generations p
      where p.id = ${pick(generations, a)} and g.project_id = p.project_id and g.id = any (${several(generations, b)}) and g.id <> p.id`,
  'give a project away': ({ projects }, [a, b]) =>
    `update projects set user_id = '${b % 2 ? alice.id : bob.id}' where id = ${pick(projects, a)}`,
};
const CHANGES: Record<string, Change> = {
  ...CHANGES_OF_USERS,
  ...CHANGES_OF_SERVICES,
  ...CHANGES_OF_TASKS,
  ...CHANGES_OF_MANY,
};

/** What the schema's own rules refuse, and here an id that is there twice. */
const RULES = /^(RG\d{3}|23502|23503|23505|23514|42501)$/;

let databases: TestDatabase[] = [];

beforeAll(async () => {
  databases = await openLanes();
  for (const database of databases) await builders(database).taskType('image_generation');
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

const START_WITH_TASKS = `${START}
  insert into tasks (project_id, task_type) select p.id, 'image_generation' from projects p, generate_series(1, 2) n;
  update generations g set task_id = t.id from tasks t where t.project_id = g.project_id and g.location in ('l1', 'l3')`;

/** What the transaction did, or undefined when a rule refused it. */
async function run(database: TestDatabase, { who, steps }: Transaction): Promise<string | undefined> {
  const known = await knownIn(database);
  const statements = steps.map(({ change, draw }) => CHANGES[change]!(known, draw));
  return (await enact(database, who, statements, RULES)) ? statements.join(';\n') : undefined;
}

const fieldName = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What differs in the tables and is not in the log. */
function untold(before: Map<string, Shown>, after: Map<string, Shown>, entries: Entry[]): string[] {
  const named = new Map<string, Set<string>>();
  for (const { log_table, row_id, changed_columns } of entries) {
    const key = `${log_table} ${row_id}`;
    named.set(key, new Set([...(named.get(key) ?? []), ...(changed_columns ?? [])]));
  }
  return [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    if (!is || is.project_id !== was.project_id) return [];
    // Deleted and made anew: all of it is new.
    if (entries.some((e) => e.operation === 'INSERT' && key === `${e.log_table} ${e.row_id}`)) return [];
    return Object.keys(was.columns ?? {})
      .filter((column) => JSON.stringify(was.columns?.[column]) !== JSON.stringify(is.columns?.[column]))
      .filter((column) => !named.get(key)?.has(fieldName(column)))
      .map((column) => `${key} ${column}`);
  });
}

/** Entries that tell nothing. */
const empty = (entries: Entry[]) =>
  entries.filter(
    ({ operation, log_table, changed_columns }) =>
      operation === 'UPDATE' && log_table !== 'PROJECTS' && !changed_columns?.length,
  );

const bare = (rows: Map<string, Shown>) =>
  Object.fromEntries([...rows].sort().map(([key, { columns: _, ...row }]) => [key, row]));

async function play(database: TestDatabase, transactions: Transaction[]): Promise<void> {
  await database.asOwner(START_WITH_TASKS);
  const reader = await readerOf(database);
  let before = await rowsOf(database);
  for (const transaction of transactions) {
    const text = await run(database, transaction);
    const entries = await reader.news();
    const after = await rowsOf(database);
    const context = { text, entries: entries.length };
    expect({ ...context, rows: bare(replay(before, entries)) }).toEqual({ ...context, rows: bare(after) });
    expect({ text, untold: untold(before, after, entries), empty: empty(entries) }).toEqual({
      text,
      untold: [],
      empty: [],
    });
    if (text === undefined) expect(entries).toEqual([]);
    before = after;
  }
}

const transaction: fc.Arbitrary<Transaction> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ who: fc.constant<Who>(alice), steps: stepsOf(CHANGES_OF_USERS) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      who: fc.constantFrom<Who>(service, 'owner of the database'),
      steps: fc.oneof(
        stepsOf(CHANGES),
        stepsOf(CHANGES_OF_SERVICES),
        stepsOf({ ...CHANGES_OF_MANY, ...CHANGES_OF_TASKS }),
      ),
    }),
  },
);

test('a row that went to another project and came back, where more was done since, is held by the one that has it', async () => {
  const [database] = databases as [TestDatabase];
  await database.asOwner(START_WITH_TASKS);
  const { projects, generations } = await knownIn(database);
  const [here, there] = projects as [string, string];
  const [row] = await database.asOwner<{ id: string }>(
    `select id from generations where project_id = '${here}' and location is null`,
  );
  const reader = await readerOf(database);
  const before = await rowsOf(database);
  const move = (to: string) => `update generations set project_id = '${to}' where id = '${row!.id}'`;
  await enact(database, 'owner of the database', [
    move(there),
    move(here),
    `insert into generations (project_id) values ('${there}')`,
  ]);
  expect(generations).toContain(row!.id);
  expect(bare(replay(before, await reader.news()))).toEqual(bare(await rowsOf(database)));
});

test(
  `who follows the log holds what the tables hold, after every transaction of ${RUNS} random histories`,
  () => playAll(databases, RUNS, transaction, play),
  3_600_000,
);
