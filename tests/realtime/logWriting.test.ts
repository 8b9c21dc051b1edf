import { Client } from 'pg';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { queueOf } from '../helpers/queue';

/** What writing to a followed table reads must not grow with the project: in one session, with its first plans. */
let database: TestDatabase;
let session: Client;
let project: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await queueOf(database).types();
  await builders(database).account(alice);
  project = await builders(database).project(alice);
  session = new Client({ connectionString: database.ownerUrl });
  await session.connect();
});
afterAll(async () => {
  await session?.end();
  await database?.drop();
});

const WRITES = {
  tasks: {
    insert: `insert into tasks (project_id, task_type, status)
      select $1, 'image', 'Failed' from generate_series(1, 100) returning id`,
    change: `update tasks set error_message = coalesce(error_message, '') || 'x' where id = $1`,
  },
  generations: {
    insert: 'insert into generations (project_id) select $1 from generate_series(1, 100) returning id',
    change: 'update generations set starred = not starred where id = $1',
  },
};

/** Rows of the table that were read by an index or from one end to the other, since ever. */
async function readOf(table: string): Promise<number> {
  await session.query('select pg_stat_force_next_flush()');
  const { rows } = await session.query<{ read: string }>(
    'select coalesce(idx_tup_fetch, 0) + seq_tup_read as read from pg_stat_user_tables where relname = $1',
    [table],
  );
  return Number(rows[0]!.read);
}

test.each(Object.entries(WRITES))(
  'of %s reads as many rows at first and later',
  async (table, statements) => {
    const read = { insert: [] as number[], change: [] as number[] };
    for (let n = 0; n < 30; n++) {
      const begun = await readOf(table);
      const { rows } = await session.query<{ id: string }>(statements.insert, [project]);
      const inserted = await readOf(table);
      await session.query(statements.change, [rows[0]!.id]);
      read.insert.push(inserted - begun);
      read.change.push((await readOf(table)) - inserted);
    }
    expect(Math.max(...read.insert)).toBeLessThanOrEqual(200);
    // The row, and the row as it is when it is logged; never none, or nothing was counted.
    expect(Math.min(...read.change)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...read.change.slice(2))).toBeLessThanOrEqual(20);
  },
);
