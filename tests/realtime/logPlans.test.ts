import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf } from './log';
import { sessionsOf } from './sessions';

const ROWS = 200_000;
let database: TestDatabase;
let sessions: ReturnType<typeof sessionsOf>;
let project: string;
let since: string;
let early: string;

/** A large log, of 200 projects, with transactions of 20 entries; a transaction that is open since before it. */
beforeAll(async () => {
  database = await createTestDatabase();
  sessions = sessionsOf(database);
  await builders(database).account(alice);
  project = await builders(database).project(alice);
  await database.asOwner('alter table realtime.changes set (autovacuum_enabled = false)');
  const long = await sessions.open();
  await long.query('begin');
  await long.query('insert into generations (project_id) values ($1)', [project]);
  // Ids of transactions as if they had been: below those to come, above the one that is open.
  early = (await readerOf(database)).since;
  await database.asOwner(`
    do $$ begin for n in 1..400 loop
      insert into realtime.changes (project_id, log_table, operation, row_id)
      select md5((g % 200)::text)::uuid, 'TASKS', 'UPDATE', gen_random_uuid() from generate_series(1, ${ROWS / 400}) g;
      commit;
    end loop; end $$`);
  const reader = await readerOf(database);
  since = reader.since;
  for (let n = 0; n < 10; n += 1) await builders(database).generation(alice, project, null);
});
afterAll(async () => {
  await sessions.close();
  await database.drop();
});

/** Pages that the statement touched. The second time: the first one reads the catalog. */
async function pages(sql: string, values: unknown[]): Promise<{ pages: number; rows: number }> {
  return database.as(service, async (client) => {
    for (let round = 0; ; round += 1) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, timing off, summary off, format json) ${sql}`,
        values,
      );
      const { Plan } = rows[0]!['QUERY PLAN'][0];
      if (round === 1)
        return {
          pages: Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!,
          rows: Plan['Actual Rows']!,
        };
    }
  });
}
const READ = 'select * from realtime.read($1::pg_snapshot, $2::pg_snapshot, $3, 0, 0, 1000)';

describe.each(['without statistics', 'with statistics'])('%s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await database.asOwner('analyze realtime.changes');
  });

  test('the tail is read by few pages, whatever lies before it and who is still open', async () => {
    const read = await pages(READ, [since, null, null]);
    expect(read.rows).toBe(10);
    expect(read.pages).toBeLessThan(60);
  });

  test('one project is read by few pages, from long ago', async () => {
    const read = await pages(READ, [early, null, project]);
    expect(read.rows).toBe(10);
    expect(read.pages).toBeLessThan(60);
  });

  test('to read all of it takes many: the pages are counted', async () => {
    const read = await pages('select * from realtime.read($1::pg_snapshot, null, null, 0, 0, 1000000)', [
      early,
    ]);
    expect(read.rows).toBe(ROWS + 10);
    expect(read.pages).toBeGreaterThan(1000);
  });
});
