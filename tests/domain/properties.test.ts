import fc from 'fast-check';
import { alice, bob, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { CHANGES_OF_SERVICES, CHANGES_OF_USERS, type Draw, type Ids } from '../helpers/changes';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 1000);
const SEED = process.env.PROPERTY_SEED ? Number(process.env.PROPERTY_SEED) : undefined;
/** Sequences run side by side, each lane in a database of its own. A seed fails in one lane as in another. */
const LANES = 3;
const CHANGES = { ...CHANGES_OF_USERS, ...CHANGES_OF_SERVICES };

/** What a change may end in: a rule in words, a row that is not there, a right that is missing. */
const RULES = /^(RG\d{3}|23502|23503|23514|42501)$/;

type Who = Actor | 'owner of the database';
interface Step {
  change: string;
  draw: Draw;
}
interface Transaction {
  who: Who;
  steps: Step[];
}

const databases: TestDatabase[] = [];

beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane += 1) {
    const database = await createTestDatabase();
    databases.push(database);
    await builders(database).account(alice);
    await builders(database).account(bob);
  }
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** Two projects of Alice and one of Bob, each with two shots, bare and full generations, variants and places. */
const START = `
  delete from projects;
  insert into projects (user_id, name) values ('${alice.id}', 'one'), ('${alice.id}', 'two'), ('${bob.id}', 'his');
  insert into shots (project_id, name) select p.id, 's' || n from projects p, generate_series(1, 2) n;
  insert into generations (project_id, location) select p.id, case when n < 4 then 'l' || n end from projects p, generate_series(1, 4) n;
  insert into generation_variants (generation_id, location) select g.id, 'second' from generations g where g.location in ('l1', 'l2');
  insert into shot_generations (shot_id, generation_id, position, timeline_frame)
  select s.id, g.id, row_number() over (partition by s.id) - 1, 30 from shots s join generations g using (project_id)
  where s.name = 's1' and g.location is not null`;

const IDS = `
  select array(select id::text from projects order by user_id, name) as projects,
    array(select id::text from shots order by created_at, id) as shots,
    array(select id::text from generations order by created_at, id) as generations,
    array(select id::text from generation_variants order by created_at, id) as variants,
    array(select id::text from shot_generations order by created_at, id) as links`;

const draw = fc.tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535), fc.nat(65535));
const stepsOf = (changes: Record<string, unknown>) =>
  fc.array(fc.record({ change: fc.constantFrom(...Object.keys(changes)), draw }), {
    minLength: 1,
    maxLength: 3,
  });
const transaction: fc.Arbitrary<Transaction> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ who: fc.constant<Who>(alice), steps: stepsOf(CHANGES_OF_USERS) }) },
  { weight: 1, arbitrary: fc.record({ who: fc.constant<Who>(bob), steps: stepsOf(CHANGES_OF_USERS) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      who: fc.constantFrom<Who>(service, 'owner of the database'),
      steps: fc.oneof(stepsOf(CHANGES), stepsOf(CHANGES_OF_SERVICES)),
    }),
  },
);

/** Runs one transaction. What a rule of the database refuses is rolled back; any other error fails the property. */
async function run(database: TestDatabase, { who, steps }: Transaction): Promise<void> {
  const [ids] = await database.asOwner<Ids & Record<string, unknown>>(IDS);
  const statements = steps.map(({ change, draw }) => CHANGES[change]?.(ids as Ids, draw) ?? '');
  try {
    if (who === 'owner of the database') {
      // One message of several statements is one transaction.
      await database.asOwner(statements.join(';\n'));
    } else {
      await database.as(who, async (client) => {
        for (const statement of statements) await client.query(statement);
      });
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!RULES.test(code ?? ''))
      throw new Error(`${code} ${message}\n${statements.join(';\n')}`, { cause: error });
  }
}

/** Invariants as a prepared statement: planned once, not thousands of times. */
const check = (database: TestDatabase) =>
  brokenInvariants({
    asOwner: (text) => database.asOwner({ name: 'invariants', text } as unknown as string),
  });

/** One sequence: a new start, then each transaction and a look at what it left. */
async function play(database: TestDatabase, transactions: Transaction[]): Promise<void> {
  await database.asOwner(START);
  expect(await check(database)).toEqual({});
  for (const each of transactions) {
    await run(database, each);
    expect(await check(database)).toEqual({});
  }
}

test(`after every transaction of ${RUNS} random sequences every invariant holds`, async () => {
  const lane = async (database: TestDatabase, place: number) => {
    let sequences = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 4, maxLength: 8 }), async (transactions) => {
        await play(database, transactions);
        // Dead rows of thousands of sequences would make the checks slow.
        if (++sequences % 50 === 0) {
          for (const table of ['projects', 'shots', 'generations', 'generation_variants', 'shot_generations'])
            await database.asOwner(`vacuum analyze ${table}`);
        }
      }),
      { numRuns: Math.ceil(RUNS / LANES), ...(SEED === undefined ? {} : { seed: SEED + place }) },
    );
  };
  await Promise.all(databases.map(lane));
}, 3_600_000);

// A change that is only ever refused proves nothing: each must be able to change a row of the start.
test.each(Object.keys(CHANGES).filter((change) => change !== 'write a copy'))(
  '%s: can take effect',
  async (change) => {
    const [database] = databases as [TestDatabase];
    await database.asOwner(START);
    const [ids] = await database.asOwner<Ids & Record<string, unknown>>(IDS);
    const who = change in CHANGES_OF_USERS ? alice : service;
    for (const drawn of fc.sample(draw, { numRuns: 1000, seed: 1 })) {
      const statement = CHANGES[change]?.(ids as Ids, drawn) ?? '';
      const rows = await database
        .as(who, async (client) => (await client.query(statement)).rowCount ?? 0)
        .catch((error: { code?: string }) => {
          if (!RULES.test(error.code ?? '')) throw error as Error;
          return 0;
        });
      if (rows > 0) return;
    }
    throw new Error(`no draw of a thousand made "${change}" change anything`);
  },
);
