import type { PoolClient } from 'pg';
import { serialClient } from '../../server/graphql/serialClient';
import { createPreparer, type Preparer } from '../../server/postgres/prepared';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const LIMITS = { statementTimeoutMs: 10_000, resultLimitBytes: 1_000_000, repetition: 1 };

async function withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  return use(client).finally(() => client.release(true));
}

/** One transaction that reads these. */
async function read(client: PoolClient, preparer: Preparer, texts: string[]): Promise<unknown[]> {
  await client.query('begin read only');
  const serial = serialClient(client, LIMITS, undefined, undefined, preparer);
  const answers = await Promise.all(
    texts.map(async (text, n) => (await serial.query(text, [n])).rows[0] as unknown),
  );
  await serial.end();
  expect(serial.failure()).toBeUndefined();
  await client.query('commit');
  return answers;
}

const planned = async (client: PoolClient): Promise<string[]> =>
  (
    await client.query<{ statement: string }>(
      'select statement from pg_prepared_statements order by prepare_time',
    )
  ).rows.map(({ statement }) => statement);

const texts = (count: number) => Array.from({ length: count }, (_, n) => `select $1::int + ${n} as sum`);

test('what comes for the third time is planned for the connection', async () => {
  await withClient(async (client) => {
    const preparer = createPreparer();
    const [often = '', once = ''] = texts(2);
    await read(client, preparer, [often, once]);
    await read(client, preparer, [often]);
    expect(await planned(client)).toEqual([]);
    expect(await read(client, preparer, [often])).toEqual([{ sum: 0 }]);
    expect(await planned(client)).toEqual([often]);
  });
});

test('of many, those that were used last are kept, and the others work again', async () => {
  await withClient(async (client) => {
    const preparer = createPreparer();
    const many = texts(40);
    for (let time = 0; time < 4; time++)
      expect(await read(client, preparer, many)).toEqual(many.map((_, n) => ({ sum: 2 * n })));
    expect(await planned(client)).toEqual(many.slice(-25));
  });
});

test('another connection does not know them, and a pooler that confuses them ends it', async () => {
  let now = 0;
  const preparer = createPreparer(() => now);
  const [text = ''] = texts(1);
  await withClient(async (client) => {
    for (let time = 0; time < 3; time++) await read(client, preparer, [text]);
    // As if the server's connection were another one by now.
    await client.query('deallocate all');
    const confused = await read(client, preparer, [text]).catch((error: unknown) => error);
    expect(confused).toMatchObject({ code: '26000' });
    expect(preparer.failed(confused)).toBe(true);
    await client.query('rollback');
  });
  await withClient(async (client) => {
    for (let time = 0; time < 4; time++) await read(client, preparer, [text]);
    expect(await planned(client)).toEqual([]);
    // Not for ever.
    now = 60_000;
    await read(client, preparer, [text]);
    expect(await planned(client)).toEqual([text]);
  });
});
