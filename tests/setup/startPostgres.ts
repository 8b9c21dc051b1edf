import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from '../../server/project';
import { startPgbouncer } from '../helpers/pgbouncer';
import { startTestServer } from './server';

/** Few, so that requests of a gateway really share them. */
const POOL_SIZE = 4;

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

/** What gateways are started from, before many of them are at once. */
async function bundleOnce(): Promise<void> {
  await promisify(execFile)(process.execPath, [path.join(PROJECT, 'server/bundle/make.mjs')]);
}

export default async function startPostgres(): Promise<void> {
  await bundleOnce();
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
