import { waitForExit } from '../../server/postgres/embedded/postmaster';
import { emptyFolder, eventually, serve, serverOf, start } from '../helpers/process';

const runningServerOf = (folder: string) =>
  eventually(async () => {
    const server = await serverOf(folder);
    if (!server) throw new Error(`no server runs on ${folder}`);
    return server;
  });

test('when its embedded server is killed, the gateway says so and ends', async () => {
  const folder = await emptyFolder();
  const gateway = await serve({ DATA_DIR: folder });
  process.kill((await runningServerOf(folder)).pid, 'SIGKILL');
  expect(await gateway.exit).toEqual({ code: 1, signal: null });
  expect(gateway.stdout()).toContain('the embedded PostgreSQL ended by itself');
});

test('a signal while it is still starting ends it, and its server', async () => {
  const folder = await emptyFolder();
  const gateway = await start('start', [], { env: { DATA_DIR: folder, PORT: '0' } });
  const server = await runningServerOf(folder);
  gateway.signal('SIGTERM');
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
  expect(await waitForExit(server.pid, 10_000)).toBe(true);
});
