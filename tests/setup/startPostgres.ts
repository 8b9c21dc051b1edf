import { startTestServer } from './server';

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

export default async function startPostgres(): Promise<void> {
  const { server, stop } = await startTestServer();
  globalThis.stopTestServer = stop;
  // Test files run in processes of their own: the environment is what they inherit.
  process.env.TEST_SERVER = JSON.stringify(server);
}
