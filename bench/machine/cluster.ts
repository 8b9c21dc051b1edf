import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { escapeIdentifier } from 'pg';
import { startCluster } from '../../server/postgres/embedded/cluster';
import { migrate } from '../../server/postgres/migrate';
import { closeDatabase, setUpServer, withClient, withDatabase } from '../../server/postgres/setup';

export interface Urls {
  /** The superuser's. */
  root: string;
  owner: string;
  auth: string;
}

/** A PostgreSQL of the bench's own, as durable as the product starts it. */
export interface Cluster {
  /** Of its postmaster, whose children are the sessions. */
  pid(): number;
  /** A new database, migrated or a copy of another one. */
  create(name: string, template?: string): Promise<Urls>;
  urlsOf(name: string): Urls;
  drop(name: string): Promise<void>;
  /** Nothing is left to write from what was done before. */
  settle(): Promise<void>;
  /** Asks everybody to leave, ends, and begins again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const MIGRATED = 'migrated';

/** So that the data of a tier is read from memory, as it is in production. */
const PARAMETERS = {
  shared_preload_libraries: 'pg_stat_statements',
  max_connections: '200',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

export async function startBenchCluster(): Promise<Cluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
  // Started by root, the server runs as an account of its own, which has to get in.
  await chmod(folder, 0o755);
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const passwords = { root: drawn(), owner: drawn(), auth: drawn() };
  const launch = (parameters: Record<string, string>) =>
    startCluster({
      dataDir: folder,
      superuserPassword: passwords.root,
      parameters: { ...PARAMETERS, ...parameters },
      initdbArguments: ['--no-sync'],
    });
  let cluster = await launch({}).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { port } = cluster;
  const url = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const urlsOf = (name: string): Urls => ({
    root: url('postgres', passwords.root, name),
    owner: url('reigh_owner', passwords.owner, name),
    auth: url('reigh_authenticator', passwords.auth, name),
  });
  const asRoot = (sql: string) =>
    withClient(withDatabase(urlsOf(MIGRATED).root, 'postgres'), (root) => root.query(sql));
  const stop = async () => {
    await cluster.stop();
    await remove();
  };
  try {
    const urls = urlsOf(MIGRATED);
    await setUpServer({ ...urls, root: url('postgres', passwords.root, 'postgres') });
    await migrate(urls);
    await withClient(urls.root, (root) =>
      root.query('create schema bench; create extension pg_stat_statements schema bench'),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: () => cluster.pid,
    urlsOf,
    create: async (name, template = MIGRATED) => {
      await asRoot(
        `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)} owner reigh_owner strategy file_copy`,
      );
      await closeDatabase(urlsOf(name).owner);
      return urlsOf(name);
    },
    drop: async (name) => {
      await asRoot(`drop database if exists ${escapeIdentifier(name)} with (force)`);
    },
    settle: async () => {
      await asRoot('checkpoint');
    },
    restart: async () => {
      await cluster.stop();
      cluster = await launch({ port: String(port) });
    },
    stop,
  };
}

const drawn = () => randomBytes(12).toString('hex');
