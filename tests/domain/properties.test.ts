import fc from 'fast-check';
import { alice, bob, service } from '../helpers/actors';
import { CHANGES_OF_SERVICES, CHANGES_OF_USERS } from '../helpers/changes';
import type { TestDatabase } from '../helpers/database';
import {
  drawn,
  enact,
  keepStart,
  knownIn,
  openLanes,
  playAll,
  RULES,
  stepsOf,
  type StartKeeper,
  type Transaction,
  type Who,
} from '../helpers/histories';
import { brokenInvariants } from '../helpers/invariants';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 1000);
const CHANGES = { ...CHANGES_OF_USERS, ...CHANGES_OF_SERVICES };

let databases: TestDatabase[] = [];
const starts = new Map<TestDatabase, StartKeeper>();
let begun = 0;
/** Made anew by the schema's own rules every now and then: ids are drawn, and rows are told apart by them. */
const begin = async (database: TestDatabase) => {
  if (++begun % 20 === 0) {
    await starts.get(database)!.close();
    starts.set(database, await keepStart(database));
  } else await starts.get(database)!.restore();
};

beforeAll(async () => {
  databases = await openLanes();
  for (const database of databases) starts.set(database, await keepStart(database));
});
afterAll(async () => {
  await Promise.all([...starts.values()].map((start) => start.close()));
  await Promise.all(databases.map((database) => database.drop()));
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

/** One sequence: a new start, then each transaction and a look at what it left. */
async function play(database: TestDatabase, transactions: Transaction[]): Promise<void> {
  await begin(database);
  for (const { who, steps } of transactions) {
    const known = await knownIn(database);
    const statements = steps.map(({ change, draw }) => CHANGES[change]?.(known, draw) ?? '');
    await enact(database, who, statements);
    expect(await brokenInvariants(database)).toEqual({});
  }
}

test('what each begins with breaks none', async () => {
  const [database] = databases as [TestDatabase];
  await begin(database);
  expect(await brokenInvariants(database)).toEqual({});
});

test(
  `after every transaction of ${RUNS} random sequences every invariant holds`,
  () => playAll(databases, RUNS, transaction, play),
  3_600_000,
);

// A change that is only ever refused proves nothing: each must be able to change a row of the start.
test.each(Object.keys(CHANGES).filter((change) => change !== 'write a copy'))(
  '%s: can take effect',
  async (change) => {
    const [database] = databases as [TestDatabase];
    await begin(database);
    const known = await knownIn(database);
    const who = change in CHANGES_OF_USERS ? alice : service;
    for (const draw of fc.sample(drawn, { numRuns: 1000, seed: 1 })) {
      const statement = CHANGES[change]?.(known, draw) ?? '';
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
