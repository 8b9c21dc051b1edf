import { randomBytes } from 'node:crypto';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { QueryResultRow } from 'pg';
import { startCluster } from '../../server/postgres/embedded/cluster';
import { waitForExit } from '../../server/postgres/embedded/postmaster';
import { withClient } from '../../server/postgres/setup';
import { postgresPackage, type TestServer } from '../setup/server';
import type { OwnServer } from './ownServer';
import { copyOf, execute } from './process';

export interface TestReplica {
  server: TestServer;
  asRoot<T extends QueryResultRow>(sql: string): Promise<T[]>;
  /** `silence` stops all its processes where they are: connections stay, nobody answers. */
  silence(): Promise<void>;
  speak(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A real streaming replica of a server of the test's own. */
export async function startReplica(
  primary: OwnServer,
  parameters: Record<string, string> = {},
): Promise<TestReplica> {
  const password = randomBytes(12).toString('hex');
  const dataDir = await withClient(primary.server.rootUrl, async (root) => {
    await root.query(`create role replicator login replication password '${password}'`);
    await root.query(`select pg_backup_start('replica', true)`);
    const copy = await copyOf(primary.dataDir);
    const { rows } = await root.query<{ label: string }>('select labelfile as label from pg_backup_stop()');
    const inside = (name: string) => path.join(copy, 'postgres', name);
    await rm(inside('postmaster.pid'));
    const { uid, gid } = await stat(inside('PG_VERSION'));
    for (const [name, text] of Object.entries({ backup_label: rows[0]!.label, 'standby.signal': '' })) {
      await writeFile(inside(name), text, { mode: 0o600 });
      await chown(inside(name), uid, gid);
    }
    return copy;
  });
  const launch = (port?: number) =>
    startCluster({
      ...{ dataDir, superuserPassword: 'that of the primary', packageName: postgresPackage() },
      parameters: {
        primary_conninfo: `host=127.0.0.1 port=${primary.server.port} user=replicator password=${password}`,
        wal_retrieve_retry_interval: '100ms',
        ...parameters,
        ...(port ? { port: String(port) } : {}),
      },
    });
  let cluster = await launch();
  const { port } = cluster;
  const rootUrl = primary.server.rootUrl.replace(/:\d+\//, `:${port}/`);
  const signalAll = async (signal: NodeJS.Signals) => {
    const { stdout } = await execute('ps', ['-o', 'pid=', '--ppid', String(cluster.pid)]).catch(() => ({
      stdout: '',
    }));
    for (const pid of [cluster.pid, ...(stdout.match(/\d+/g) ?? []).map(Number)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  return {
    server: { ...primary.server, port, rootUrl },
    asRoot: (sql) => withClient(rootUrl, async (root) => (await root.query(sql)).rows as never),
    silence: () => signalAll('SIGSTOP'),
    speak: () => signalAll('SIGCONT'),
    kill: async () => {
      process.kill(cluster.pid, 'SIGQUIT');
      await waitForExit(cluster.pid, 10_000);
    },
    stop: () => cluster.stop(),
    start: async () => void (cluster = await launch(port)),
  };
}
