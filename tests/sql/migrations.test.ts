import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { readCatalog } from '../../server/postgres/catalog';
import { applyCurrent, migrate, pendingMigrations } from '../../server/postgres/migrate';
import { withClient } from '../../server/postgres/setup';
import { createFreshDatabase, type FreshDatabase } from './freshDatabase';

const PROJECT = path.resolve(__dirname, '../..');
const COMMITTED = readdirSync(path.join(PROJECT, 'migrations/committed')).filter((file) =>
  file.endsWith('.sql'),
);

let fresh: FreshDatabase;

beforeEach(async () => {
  fresh = await createFreshDatabase();
});
afterEach(() => fresh.drop());

interface Applied {
  filename: string;
  date: Date;
}
const appliedIn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<Applied>(
      'select filename, date from graphile_migrate.migrations order by filename',
    );
    return rows;
  });

const numbers = COMMITTED.map((file) => `${file.slice(0, 6)}.sql`).sort();

describe('migrating an empty database', () => {
  test('applies every committed migration', async () => {
    await migrate(fresh);
    expect((await appliedIn(fresh.owner)).map((row) => row.filename)).toEqual(numbers);
  });

  test('makes the catalog that is under review in schema/', async () => {
    await migrate(fresh);
    const lines = (await readCatalog(fresh.owner)).split('\n');
    const reviewed = readFileSync(path.join(PROJECT, 'schema/catalog.txt'), 'utf8').split('\n');
    if (process.env.TEST_POSTGRES === 'oldest') {
      // Another server writes some expressions differently: the objects are the same.
      const tables = (all: string[]) => all.filter((line) => line.startsWith('table '));
      expect(tables(lines)).toEqual(tables(reviewed));
      expect(lines).toHaveLength(reviewed.length);
    } else {
      expect(lines).toEqual(reviewed);
    }
  });

  test('by two processes at once is done once', async () => {
    await Promise.all([migrate(fresh), migrate(fresh)]);
    expect((await appliedIn(fresh.owner)).map((row) => row.filename)).toEqual(numbers);
  });
});

describe('a database that is migrated', () => {
  beforeEach(() => migrate(fresh));

  test('is left as it is by migrating again', async () => {
    const before = { applied: await appliedIn(fresh.owner), catalog: await readCatalog(fresh.owner) };
    await migrate(fresh);
    expect(await appliedIn(fresh.owner)).toEqual(before.applied);
    expect(await readCatalog(fresh.owner)).toBe(before.catalog);
  });

  test('takes current.sql any number of times, with the same result', async () => {
    await applyCurrent(fresh);
    const once = await readCatalog(fresh.owner);
    await applyCurrent(fresh);
    expect(await readCatalog(fresh.owner)).toBe(once);
    const current = readFileSync(path.join(PROJECT, 'current.sql'), 'utf8');
    const { rows } = await withClient(fresh.owner, (client: Client) =>
      client.query<{ content: string }>('select content from graphile_migrate.current'),
    );
    // An empty current.sql leaves nothing to remember; another one is remembered as it ran.
    if (current.replace(/--.*$/gm, '').trim()) expect(rows).toHaveLength(1);
    else expect(rows.filter((row) => row.content.replace(/--.*$/gm, '').trim())).toEqual([]);
  });
});

describe('what is missing, as the gateway asks for it', () => {
  const pending = (url: string) => withClient(url, (client) => pendingMigrations(client));

  test('is everything in a database that was never migrated', async () => {
    expect(await pending(fresh.auth)).toEqual([...COMMITTED].sort());
  });

  test('is nothing in one that is up to date', async () => {
    await migrate(fresh);
    expect(await pending(fresh.auth)).toEqual([]);
  });

  test('is named, in order, in one that is behind', async () => {
    await migrate(fresh);
    const last = [...COMMITTED].sort().slice(-2);
    await withClient(fresh.owner, (client) =>
      client.query('delete from graphile_migrate.migrations where filename = any ($1)', [numbers.slice(-2)]),
    );
    expect(await pending(fresh.auth)).toEqual(last);
  });

  test('is a fault, not an empty list, when the database cannot be asked', async () => {
    await migrate(fresh);
    const client = new Client({ connectionString: fresh.auth });
    await client.connect();
    await client.end();
    await expect(pendingMigrations(client)).rejects.toThrow();
  });
});
