import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from 'graphile-migrate';
import { migrate as migrateAll } from 'graphile-migrate/dist/commands/migrate';
import { clearAllPools } from 'graphile-migrate/dist/pg';
import { Logger } from '@graphile/logger';
import type { Client, ClientBase } from 'pg';
import { codeOf, Fault, messageOf } from '../faults';
import type { DatabaseUrls } from './setup';
import { withClient } from './setup';
import { PROJECT } from '../project';

const LOCK = 7_235_481_117;
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Collects what graphile-migrate says; its warnings and errors reach the person through the fault. Not where in its
 * own code it was: the fault is in somebody's SQL.
 */
function collectingLogger(lines: string[]): Logger {
  return new Logger(() => (level, message) => {
    if (!['error', 'warning'].includes(String(level))) return;
    lines.push(...message.split('\n').filter((line) => !/^\s+at /.test(line)));
  });
}

async function settingsFor(urls: DatabaseUrls, said: string[]): Promise<Settings> {
  if (!urls.owner) throw new Fault('DATABASE_URL is not set: migrations run as the owner of the database.');
  const rc = JSON.parse(await readFile(path.join(PROJECT, '.gmrc'), 'utf8')) as Settings;
  return {
    ...rc,
    connectionString: urls.owner,
    migrationsFolder: path.join(PROJECT, 'migrations'),
    logger: collectingLogger(said),
    ...(urls.root ? { rootConnectionString: urls.root } : {}),
    ...(urls.shadow ? { shadowConnectionString: urls.shadow } : {}),
  };
}

async function run(urls: DatabaseUrls, work: (settings: Settings) => Promise<unknown>): Promise<void> {
  const said: string[] = [];
  try {
    await work(await settingsFor(urls, said));
  } catch (error) {
    if (error instanceof Fault) throw error;
    const detail = [...said, messageOf(error)].join('\n').trim();
    throw new Fault(`The migration failed: ${detail}`);
  } finally {
    // It keeps its connections for a while, and ends the process when one of them dies meanwhile.
    clearAllPools();
  }
}

/** Holds one session's advisory lock, so that of many gateways and deployments only one migrates. */
async function withMigrationLock<T>(ownerUrl: string, use: () => Promise<T>): Promise<T> {
  return withClient(ownerUrl, async (client: Client) => {
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    try {
      await client.query('select pg_advisory_lock($1)', [LOCK]);
    } catch (error) {
      if (codeOf(error) === '55P03')
        throw new Fault('Another process has been migrating this database for a minute.');
      throw error;
    }
    return use();
  });
}

/** Applies the committed migrations that the database does not have yet. */
export async function migrate(urls: DatabaseUrls): Promise<void> {
  if (!urls.owner) throw new Fault('DATABASE_URL is not set: migrations run as the owner of the database.');
  await withMigrationLock(urls.owner, () => run(urls, (settings) => migrateAll(settings)));
}

/** Without it graphile-migrate guesses a server and says that it cannot find it. */
function requireRoot(urls: DatabaseUrls): void {
  if (!urls.root) throw new Fault('ROOT_DATABASE_URL is not set: it is needed to make and drop databases.');
}

/** Runs current.sql once, as often as it changes: the inner loop of writing a migration. */
export async function applyCurrent(urls: DatabaseUrls): Promise<void> {
  const { watch } = await import('graphile-migrate');
  await run(urls, (settings) => watch(settings, true));
}

/** Turns current.sql into the next committed migration, after trying all of them on the shadow database. */
export async function commitCurrent(urls: DatabaseUrls, message: string): Promise<void> {
  requireRoot(urls);
  const { commit } = await import('graphile-migrate');
  await run(urls, (settings) => commit(settings, message));
}

/** Drops the database, makes it anew and migrates it. Development only. */
export async function resetDatabase(urls: DatabaseUrls): Promise<void> {
  requireRoot(urls);
  const { reset } = await import('graphile-migrate');
  await run(urls, (settings) => reset(settings));
}

/** graphile-migrate records `000001.sql` for `000001-foundations.sql`: the name may change, the number not. */
function canonicalName(file: string): string {
  return `${file.slice(0, 6)}.sql`;
}

/** File names of committed migrations that the database behind `client` does not have. */
export async function pendingMigrations(client: Pick<ClientBase, 'query'>): Promise<string[]> {
  const files = await readdir(path.join(PROJECT, 'migrations', 'committed'));
  const committed = files.filter((file) => file.endsWith('.sql')).sort();
  try {
    const { rows } = await client.query<{ file: string }>(
      'select file from app_private.applied_migrations() as file',
    );
    const applied = new Set(rows.map((row) => row.file));
    return committed.filter((file) => !applied.has(canonicalName(file)));
  } catch (error) {
    // No such schema or function: nothing was ever migrated.
    if (['3F000', '42883', '42501'].includes(codeOf(error) ?? '')) return committed;
    throw error;
  }
}

/** @throws Fault that says what to run, when migrations are missing. */
export async function refuseWhenBehind(client: Pick<ClientBase, 'query'>): Promise<void> {
  const pending = await pendingMigrations(client);
  if (pending.length > 0) {
    throw new Fault(
      `The database lacks ${pending.length} migration(s), the first is ${pending[0]}. ` +
        'Run "npm run db:migrate", or start with MIGRATE_ON_START=true.',
    );
  }
}
