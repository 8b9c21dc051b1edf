import type { Client } from 'pg';
import { ROLES } from '../../server/auth/claims';
import { withClient } from '../../server/postgres/setup';
import { claimsFor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { MATRIX, VERBS } from './matrix';
import { subject, SUBJECT_NAMES } from './subjects';
import { ACTOR_NAMES, ACTORS } from './world';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const covered = new Set(SUBJECT_NAMES.map((name) => subject(name).table));

/** Relations that an API role could be let into, and no cell speaks of. */
async function tablesWithoutCells(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'storage') and c.relkind in ('r', 'p', 'v', 'm', 'f')`);
  return rows.map((row) => row.name).filter((name) => !covered.has(name));
}

/** Privileges that API roles have on tables, columns included, beyond the verbs of the matrix. */
async function grantsWithoutVerb(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ grant: string; verb: string }>(
    `select distinct format('%s on %s to %s', x.privilege_type, c.oid::regclass, r.rolname) as grant,
       lower(x.privilege_type) as verb
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^(pg_|information_schema)'
     cross join lateral (
       select * from aclexplode(c.relacl)
       union all
       select e.* from pg_attribute a cross join lateral aclexplode(a.attacl) e where a.attrelid = c.oid
     ) x
     join pg_roles r on r.oid = x.grantee and r.rolname = any ($1)
     where c.relkind <> 'S'`,
    [ROLES],
  );
  return rows.filter((row) => !(VERBS as readonly string[]).includes(row.verb)).map((row) => row.grant);
}

/** Runs `use` after a change to the database, which is undone. */
async function after<T>(change: string, use: (client: Client) => Promise<T>): Promise<T> {
  return withClient(database.ownerUrl, async (client) => {
    await client.query('begin');
    await client.query(change);
    const result = await use(client);
    await client.query('rollback');
    return result;
  });
}

test('every table has cells', async () => {
  expect(await withClient(database.ownerUrl, tablesWithoutCells)).toEqual([]);
});

test('every table of the matrix is there', async () => {
  for (const table of covered) {
    await expect(database.asOwner('select $1::regclass', [table])).resolves.toHaveLength(1);
  }
});

test.each(['create table public.novel (id int)', 'create view storage.novel as select 1 as one'])(
  'a new relation without cells is noticed: %s',
  async (change) => {
    expect(await after(change, tablesWithoutCells)).toEqual([expect.stringMatching(/\.novel$/)]);
  },
);

test('every right an API role has on a table is one of the verbs', async () => {
  expect(await withClient(database.ownerUrl, grantsWithoutVerb)).toEqual([]);
});

test.each([
  'grant truncate on public.projects to service_role',
  'grant references (id) on public.shots to worker',
])('a right that is no verb of the matrix is noticed: %s', async (change) => {
  expect(await after(change, grantsWithoutVerb)).toHaveLength(1);
});

test.each(SUBJECT_NAMES)('%s: every actor has a cell for every verb', (name) => {
  for (const actor of ACTOR_NAMES) {
    expect(MATRIX[name][actor].filter(Boolean)).toHaveLength(VERBS.length);
  }
});

test('every role that a token can name is somebody in the matrix', () => {
  const roles = new Set(Object.values(ACTORS).map((actor) => claimsFor(actor).role));
  expect(roles).toEqual(new Set(ROLES));
});
