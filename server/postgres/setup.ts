import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, escapeIdentifier, Pool } from 'pg';
import { codeOf, Fault, messageOf } from '../faults';
import { surviveDeath } from './pool';
import { PROJECT } from '../project';

export interface DatabaseUrls {
  /** May create roles and databases. Not needed to serve. */
  root?: string | undefined;
  /** The owner, `reigh_owner`: migrations. */
  owner?: string | undefined;
  /** The authenticator, `reigh_authenticator`: the only one that serving needs, and the sample data. */
  auth?: string | undefined;
  /** A second database for `db:commit` to try migrations on. */
  shadow?: string | undefined;
}

/** The database name in a URL. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** The same server and account, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.toString();
}

/** A URL that can be shown: without the password, wherever it stands. */
export function showUrl(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  return shown.toString();
}

/**
 * Connects, runs `use`, disconnects.
 * @throws Fault in words when the server cannot be reached or does not let us in.
 */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that dies while nobody asks it something must not take the process along.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new Fault(`The database ${showUrl(url)} cannot be reached: ${messageOf(error)}`);
  }
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** As withClient, for what asks for a pool: of `size` connections, the first of which is there before `use` begins. */
export async function withPool<T>(url: string, use: (pool: Pool) => Promise<T>, size = 1): Promise<T> {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 10_000, max: size });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw new Fault(`The database ${showUrl(url)} cannot be reached: ${messageOf(error)}`);
  }
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

const ROLES = path.join(PROJECT, 'server/postgres/roles.sql');

function requireUser(url: string, name: string, setting: string): URL {
  const parsed = new URL(url);
  if (parsed.username !== name) {
    throw new Fault(`${setting} must connect as ${name}, not as ${parsed.username || 'nobody'}.`);
  }
  return parsed;
}

/** Makes roles and databases, as far as they are missing. Safe to run again. */
export async function setUpServer(
  urls: DatabaseUrls & { root: string; owner: string; auth: string },
): Promise<void> {
  const owner = requireUser(urls.owner, 'reigh_owner', 'DATABASE_URL');
  const auth = requireUser(urls.auth, 'reigh_authenticator', 'AUTH_DATABASE_URL');
  const isOpen = await withClient(urls.root, async (client) => {
    await client.query(
      `select set_config('reigh.owner_password', $1, false), set_config('reigh.authenticator_password', $2, false)`,
      [decodeURIComponent(owner.password), decodeURIComponent(auth.password)],
    );
    await client.query(await readFile(ROLES, 'utf8'));
    await refusePowerfulRoles(client);
    for (const url of [urls.owner, urls.shadow]) {
      if (url) await createDatabase(client, databaseOf(url));
    }
    return isDatabaseOpen(client, databaseOf(urls.owner));
  });
  if (isOpen) await closeDatabase(urls.owner);
}

/** A role that was there before may have more rights than ours: then row-level security would hold nothing back. */
async function refusePowerfulRoles(root: Client): Promise<void> {
  const { rows } = await root.query<{ name: string }>(
    `select rolname::text as name from pg_roles where (rolsuper or rolbypassrls) and rolname in
     ('anon', 'authenticated', 'worker', 'service_role', 'reigh_introspector', 'reigh_authenticator', 'reigh_owner')`,
  );
  if (rows.length > 0) {
    const names = rows.map(({ name }) => name).join(', ');
    throw new Fault(
      `These roles pass row-level security: ${names}. Run for each: alter role … nosuperuser nobypassrls`,
    );
  }
}

async function createDatabase(root: Client, name: string): Promise<void> {
  const found = await root.query('select from pg_database where datname = $1', [name]);
  if (found.rowCount) return;
  try {
    await root.query(`create database ${escapeIdentifier(name)} owner reigh_owner`);
  } catch (error) {
    if (codeOf(error) !== '42P04') throw error; // made by another session meanwhile
  }
}

/** Whether everybody still may do something in it, or the authenticator not what he has to. */
async function isDatabaseOpen(root: Client, name: string): Promise<boolean> {
  const { rows } = await root.query<{ isOpen: boolean }>(
    `select has_database_privilege('public', $1, 'connect, temporary, create')
       or not has_database_privilege('reigh_authenticator', $1, 'connect') as "isOpen"`,
    [name],
  );
  return rows[0]?.isOpen ?? true;
}

/** Takes away what PostgreSQL lets everybody do in a new database; migrations/afterReset.sql does the same. */
export async function closeDatabase(ownerUrl: string): Promise<void> {
  const name = escapeIdentifier(databaseOf(ownerUrl));
  await withClient(ownerUrl, (client) =>
    client.query(
      `revoke all on database ${name} from public; grant connect on database ${name} to reigh_authenticator`,
    ),
  );
}
