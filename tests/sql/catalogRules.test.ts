import { Client } from 'pg';
import { databaseOf, withDatabase } from '../../server/postgres/setup';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { CATALOG_RULES } from './catalogRules';
import type { Rule } from './rules/rule';

let database: TestDatabase;
let root: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  root = new Client({
    connectionString: withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)),
  });
  await root.connect();
});
afterAll(async () => {
  await root.end();
  await database.drop();
});

/** What the rule reports after a change, which is undone. Names are shown with their schema. */
async function violations(rule: Rule, change = 'select'): Promise<string[]> {
  await root.query('begin');
  try {
    await root.query(change);
    await root.query(`set local search_path = ''`);
    const { rows } = await root.query<{ violation: string }>(rule.sql);
    return rows.map((row) => row.violation);
  } finally {
    await root.query('rollback');
  }
}

describe.each(CATALOG_RULES)('$name', (rule) => {
  test('holds', async () => {
    expect(await violations(rule)).toEqual([]);
  });

  const broken = rule.broken.map(({ by, reports }) => [by.replace(/\s+/g, ' ').trim(), by, reports] as const);
  test.each(broken)('is seen to be broken by: %s', async (_, by, reports) => {
    expect(await violations(rule, by)).toContain(reports);
  });
});

test('every rule is shown to be able to fail', () => {
  expect(CATALOG_RULES.filter((rule) => rule.broken.length === 0)).toEqual([]);
});
