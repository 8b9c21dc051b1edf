import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { escapeIdentifier, Pool, type PoolClient, type QueryResultRow } from 'pg';
import type { Claims } from '../../server/auth/claims';
import { withScope } from '../../server/auth/scope';
import { surviveDeath } from '../../server/postgres/pool';
import { closeDatabase, withClient, withDatabase } from '../../server/postgres/setup';
import { TEMPLATE, urlOf, type TestServer } from '../setup/server';
import { claimsFor, type Actor } from './actors';

export function testServer(): TestServer {
  const text = process.env.TEST_SERVER;
  if (!text) throw new Error('The test server is not running: start the tests with jest.');
  return JSON.parse(text) as TestServer;
}

/** A statement that a connection plans once, by its name. */
export interface Prepared {
  name: string;
  text: string;
}

/** A database of its own for a test file, cloned from the migrated template. */
export interface TestDatabase {
  ownerUrl: string;
  authUrl: string;
  /** Connections of the authenticator, as the gateway has them. */
  pool: Pool;
  /** Runs statements in one transaction as the actor, exactly as the gateway does. */
  as<T>(actor: Actor, use: (client: PoolClient) => Promise<T>): Promise<T>;
  /** One statement as the actor. */
  query<T extends QueryResultRow>(actor: Actor, sql: string, values?: unknown[]): Promise<T[]>;
  /** One statement as the owner, past row-level security: to arrange and to look, never as the thing tested. */
  asOwner<T extends QueryResultRow>(sql: string | Prepared, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

export async function createTestDatabase(template = TEMPLATE, server = testServer()): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Copied by files: its blocks through the WAL take twice as long.
  await withClient(server.rootUrl, (root) =>
    root.query(
      `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)} owner reigh_owner strategy file_copy`,
    ),
  );
  const ownerUrl = urlOf(server, 'reigh_owner', name);
  const authUrl = urlOf(server, 'reigh_authenticator', name);
  await closeDatabase(ownerUrl);
  const pool = new Pool({ connectionString: authUrl, max: 20 });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  const owner = new Pool({ connectionString: ownerUrl, max: 4 });
  owner.on('error', () => undefined);

  const as = <T>(actor: Actor, use: (client: PoolClient) => Promise<T>): Promise<T> => {
    const claims: Claims = claimsFor(actor);
    return withScope(pool, { claims, requestId: 'test', readOnly: false, statementTimeoutMs: 30_000 }, use);
  };
  return {
    ownerUrl,
    authUrl,
    pool,
    as,
    query: (actor, sql, values) =>
      as(actor, async (client) => (await client.query(sql, values)).rows as never),
    asOwner: async (sql, values) => (await owner.query(sql, values)).rows as never,
    drop: async () => {
      await pool.end();
      await owner.end();
      await withClient(withDatabase(server.rootUrl, 'postgres'), (root: Client) =>
        root.query(`drop database if exists ${escapeIdentifier(name)} with (force)`),
      );
    },
  };
}
