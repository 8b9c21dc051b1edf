import fc from 'fast-check';
import { Client } from 'pg';
import { databaseOf, withDatabase } from '../../server/postgres/setup';
import { alice, bob, type Actor } from './actors';
import { builders } from './builders';
import type { Draw, Ids } from './changes';
import { createTestDatabase, testServer, type TestDatabase } from './database';

/** Who acts in a random history. */
export type Who = Actor | 'owner of the database';

interface Step {
  change: string;
  draw: Draw;
}

export interface Transaction {
  who: Who;
  steps: Step[];
}

const SEED = process.env.PROPERTY_SEED ? Number(process.env.PROPERTY_SEED) : undefined;
/** Sequences run side by side, each lane in a database of its own. A seed fails in one lane as in another. */
const LANES = 3;

/** What a change may end in: a rule in words, a row that is not there, a right that is missing. */
export const RULES = /^(RG\d{3}|23502|23503|23514|42501)$/;

/** Two projects of Alice and one of Bob, each with two shots, bare and full generations, variants and places. */
export const START = `
  delete from projects;
  insert into projects (user_id, name) values ('${alice.id}', 'one'), ('${alice.id}', 'two'), ('${bob.id}', 'his');
  insert into shots (project_id, name) select p.id, 's' || n from projects p, generate_series(1, 2) n;
  insert into generations (project_id, location) select p.id, case when n < 4 then 'l' || n end from projects p, generate_series(1, 4) n;
  insert into generation_variants (generation_id, location) select g.id, 'second' from generations g where g.location in ('l1', 'l2');
  insert into shot_generations (shot_id, generation_id, position, timeline_frame)
  select s.id, g.id, row_number() over (partition by s.id) - 1, 30 from shots s join generations g using (project_id)
  where s.name = 's1' and g.location is not null;`;

/** What START fills. Past the triggers, references among them, they are filled in any order. */
const FILLED = ['projects', 'shots', 'generations', 'generation_variants', 'shot_generations'];

const COLUMNS = `
  select c.relname as "table", string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.oid = any ($1::regclass[]) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' group by 1`;

export interface StartKeeper {
  /** Whatever there is goes, and what START made comes again: the same rows. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the start once, and again from its rows as they stood, past the triggers, which have nothing to add: a sixth of
 * the time. For a test that looks at states: the change log tells nothing of it.
 */
export async function keepStart(database: TestDatabase): Promise<StartKeeper> {
  await database.asOwner(START);
  const root = new Client(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)));
  root.on('error', () => undefined);
  await root.connect();
  await root.query(
    `drop schema if exists start cascade; create schema start; ${FILLED.map((table) => `create table start.${table} as table public.${table}`).join(';')}`,
  );
  const { rows } = await root.query<{ table: string; columns: string }>(COLUMNS, [FILLED]);
  const fill = rows.map(
    ({ table, columns }) => `insert into public.${table} (${columns}) select ${columns} from start.${table}`,
  );
  const text = `begin; delete from projects; set local session_replication_role = replica; ${fill.join(';')}; commit`;
  return {
    restore: async () => {
      await root.query(text).catch(async (error: unknown) => {
        await root.query('rollback');
        throw error;
      });
    },
    close: () => root.end(),
  };
}

const IDS = `
  select array(select id::text from projects order by user_id, name) as projects,
    array(select id::text from shots order by created_at, id) as shots,
    array(select id::text from generations order by created_at, id) as generations,
    array(select id::text from generation_variants order by created_at, id) as variants,
    array(select id::text from shot_generations order by created_at, id) as links,
    array(select id::text from tasks order by created_at, id) as tasks`;

/** What there is, for a change to draw from. */
export interface Known extends Ids {
  tasks: string[];
}

export async function knownIn(database: TestDatabase): Promise<Known> {
  const [known] = await database.asOwner<Known & Record<string, unknown>>(IDS);
  return known!;
}

export const drawn = fc.tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535), fc.nat(65535));

export const stepsOf = (changes: Record<string, unknown>) =>
  fc.array(fc.record({ change: fc.constantFrom(...Object.keys(changes)), draw: drawn }), {
    minLength: 1,
    maxLength: 3,
  });

/** A database for each lane, with the two users. */
export async function openLanes(): Promise<TestDatabase[]> {
  const databases: TestDatabase[] = [];
  for (let lane = 0; lane < LANES; lane += 1) {
    const database = await createTestDatabase();
    databases.push(database);
    await builders(database).account(alice);
    await builders(database).account(bob);
  }
  return databases;
}

/** Plays `runs` random histories, shared out among the lanes; what fails says its seed. */
export async function playAll(
  databases: TestDatabase[],
  runs: number,
  transaction: fc.Arbitrary<Transaction>,
  play: (database: TestDatabase, transactions: Transaction[]) => Promise<void>,
): Promise<void> {
  let sequences = 0;
  const lane = (database: TestDatabase, place: number) =>
    fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 3, maxLength: 6 }), async (transactions) => {
        await play(database, transactions);
        // Dead rows of thousands of sequences would make it slow.
        if (++sequences % 50 === 0) await database.asOwner('vacuum analyze');
      }),
      {
        // What a rule of the schema draws by chance differs from run to run: shrinking would not end.
        endOnFailure: true,
        numRuns: Math.ceil(runs / databases.length),
        ...(SEED === undefined ? {} : { seed: SEED + place }),
      },
    );
  await Promise.all(databases.map(lane));
}

/**
 * Runs the statements as one transaction.
 * @param rules codes of what may refuse them
 * @returns whether they took place; what was refused is rolled back
 * @throws any other error
 */
export async function enact(
  database: TestDatabase,
  who: Who,
  statements: string[],
  rules = RULES,
): Promise<boolean> {
  // One message of several statements is one transaction.
  const text = statements.join(';\n');
  try {
    if (who === 'owner of the database') await database.asOwner(text);
    else await database.as(who, (client) => client.query(text));
    return true;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (!rules.test(code ?? '')) throw new Error(`${code} ${message}\n${text}`, { cause: error });
    return false;
  }
}
