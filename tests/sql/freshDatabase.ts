import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { closeDatabase, withClient } from '../../server/postgres/setup';
import { testServer } from '../helpers/database';
import { urlOf } from '../setup/server';

export interface FreshDatabase {
  owner: string;
  auth: string;
  drop(): Promise<void>;
}

/** A database in which nothing was ever migrated. */
export async function createFreshDatabase(): Promise<FreshDatabase> {
  const server = testServer();
  const name = `fresh_${randomBytes(6).toString('hex')}`;
  await withClient(server.rootUrl, (root) =>
    root.query(`create database ${escapeIdentifier(name)} owner reigh_owner`),
  );
  const owner = urlOf(server, 'reigh_owner', name);
  await closeDatabase(owner);
  return {
    owner,
    auth: urlOf(server, 'reigh_authenticator', name),
    drop: async () => {
      // Not by force: graphile-migrate keeps a connection for 200 ms, and ends the process when that is cut.
      // PostgreSQL itself waits for it to leave.
      await withClient(server.rootUrl, (root) =>
        root.query(`drop database if exists ${escapeIdentifier(name)}`),
      );
    },
  };
}
