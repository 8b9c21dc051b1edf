import { startPgbouncer } from '../helpers/pgbouncer';
import { startTestServer } from './server';

/** Few, so that requests of a gateway really share them. */
const POOL_SIZE = 4;

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

export default async function startPostgres(): Promise<void> {
  const { server, stop } = await startTestServer();
  globalThis.stopTestServer = stop;
  if (process.env.TEST_POOLER === 'pgbouncer') {
    const pooler = await startPgbouncer(server, POOL_SIZE);
    server.poolerPort = pooler.port;
    globalThis.stopTestServer = async () => {
      await pooler.stop();
      await stop();
    };
  }
  // Test files run in processes of their own: the environment is what they inherit.
  process.env.TEST_SERVER = JSON.stringify(server);
}
