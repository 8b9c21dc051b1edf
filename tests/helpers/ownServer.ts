import { randomBytes } from 'node:crypto';
import { startCluster } from '../../server/postgres/embedded/cluster';
import { waitForExit } from '../../server/postgres/embedded/postmaster';
import { migrate } from '../../server/postgres/migrate';
import { setUpServer } from '../../server/postgres/setup';
import { postgresPackage, TEMPLATE, urlOf, type TestServer } from '../setup/server';
import { emptyFolder } from './process';

export interface OwnServer {
  server: TestServer;
  /** Holds the cluster, in `postgres/`. */
  dataDir: string;
  /** `fast` asks everybody to leave; `crash` ends it as a power cut does, and it recovers from its log. */
  restart(how: 'fast' | 'crash'): Promise<void>;
  /** Ends it; `start` begins it again, on the same port. */
  halt(how: 'fast' | 'crash'): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface OwnServerOptions {
  packageName?: string;
  /** Further settings of the server. */
  parameters?: Record<string, string>;
}

/** A PostgreSQL for one test file, to be stopped and killed. What it has confirmed is on disk. */
export async function startOwnServer({
  packageName = postgresPackage(),
  parameters: given = {},
}: OwnServerOptions = {}): Promise<OwnServer> {
  const dataDir = await emptyFolder();
  const password = () => randomBytes(12).toString('hex');
  const superuserPassword = password();
  const launch = (parameters: Record<string, string>) =>
    startCluster({
      ...{ dataDir, superuserPassword, packageName },
      parameters: { synchronous_commit: 'on', ...given, ...parameters },
      initdbArguments: ['--no-sync'],
    });
  let cluster = await launch({});
  const { port } = cluster;
  const server: TestServer = {
    port,
    rootUrl: `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/postgres`,
    ownerPassword: password(),
    authPassword: password(),
  };
  const urls = {
    root: server.rootUrl,
    owner: urlOf(server, 'reigh_owner', TEMPLATE),
    auth: urlOf(server, 'reigh_authenticator', TEMPLATE),
  };
  await setUpServer(urls);
  await migrate(urls);
  const halt: OwnServer['halt'] = async (how) => {
    if (how === 'fast') return cluster.stop();
    process.kill(cluster.pid, 'SIGQUIT');
    await waitForExit(cluster.pid, 10_000);
  };
  const start = async () => {
    cluster = await launch({ port: String(port) });
  };
  return {
    ...{ server, dataDir, halt, start },
    stop: () => cluster.stop(),
    restart: async (how) => {
      await halt(how);
      await start();
    },
  };
}
