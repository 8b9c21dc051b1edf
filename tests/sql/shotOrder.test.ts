import fc from 'fast-check';
import { alice, bob } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
let make: ReturnType<typeof builders>;

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  await make.account(bob);
});
afterAll(() => database.drop());

const placesIn = async (project: string) =>
  (
    await database.query<{ order: number }>(alice, 'select "order" from shots where project_id = $1', [
      project,
    ])
  )
    .map((row) => row.order)
    .sort((a, b) => a - b);

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a new shot', () => {
  test('is the last of its project', async () => {
    const project = await make.project(alice);
    const shots = [];
    for (const name of ['first', 'second', 'third']) shots.push(await make.shot(alice, project, name));
    const rows = await database.query(
      alice,
      'select id, "order" from shots where project_id = $1 order by "order"',
      [project],
    );
    expect(rows).toEqual(shots.map((id, order) => ({ id, order })));
  });

  test('counts the shots of its own project only', async () => {
    const [one, other] = [await make.project(alice), await make.project(alice)];
    await make.shot(alice, one);
    await make.shot(alice, other);
    expect(await placesIn(one)).toEqual([0]);
    expect(await placesIn(other)).toEqual([0]);
  });

  test('takes a place of its own when ten sessions append at once', async () => {
    const project = await make.project(alice);
    await Promise.all(upTo(10).map((index) => make.shot(alice, project, `Shot ${index}`)));
    expect(await placesIn(project)).toEqual(upTo(10));
  });

  test('takes the next place also when many are made by one statement', async () => {
    const project = await make.project(alice);
    await database.query(
      alice,
      `insert into shots (project_id, name) select $1, 'Shot ' || n from generate_series(1, 25) n`,
      [project],
    );
    expect(await placesIn(project)).toEqual(upTo(25));
  });

  test('leaves no hole and no place taken twice, however many sessions append however many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
        async (sizes) => {
          const project = await make.project(alice);
          await Promise.all(
            sizes.map((size) =>
              database.query(
                alice,
                `insert into shots (project_id, name) select $1, 'Shot' from generate_series(1, $2::int)`,
                [project, size],
              ),
            ),
          );
          expect(await placesIn(project)).toEqual(upTo(sizes.reduce((sum, size) => sum + size)));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('of two projects at once waits for nobody: a session that has appended to one holds up no other', async () => {
    const [one, other] = [await make.project(alice), await make.project(bob)];
    await database.as(alice, async (client) => {
      await client.query(`insert into shots (project_id, name) values ($1, 'Open')`, [one]);
      // Would wait for the transaction around it, and so for ever, if the lock were wider than a project.
      await expect(make.shot(bob, other)).resolves.toEqual(expect.any(String));
    });
  });
});
