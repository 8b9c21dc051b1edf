import path from 'node:path';
import {
  ask,
  emptyFolder,
  execute,
  expectOneMessage,
  printedTokens,
  serve,
  serverOf,
  start,
} from '../helpers/process';

const MINE = '{ projects { nodes { id } } }';

describe('an ordinary user', () => {
  test('starts the whole gateway, which answers', async () => {
    if (process.getuid?.() !== 0) {
      // Then every other test of this folder runs as one.
      expect(process.getuid?.()).not.toBe(0);
      return;
    }
    const ids = await Promise.all(['-u', '-g'].map((which) => execute('id', [which, 'nobody'])));
    const [uid = 0, gid = 0] = ids.map((id) => Number(id.stdout));
    const dataDir = await emptyFolder({ uid, gid });
    const account = { uid, gid };
    const gateway = await serve({ DATA_DIR: dataDir, HOME: dataDir }, { account });
    const [token] = (await printedTokens(gateway)).values();
    expect(await ask(gateway.url, MINE, token)).toMatchObject({ status: 200 });

    const server = await serverOf(dataDir);
    const { stdout } = await execute('ps', ['-o', 'uid=', '-p', `${gateway.pid},${server?.pid}`]);
    expect(stdout.trim().split(/\s+/).map(Number)).toEqual([uid, uid]);

    gateway.signal('SIGTERM');
    expect(await gateway.exit).toEqual({ code: 0, signal: null });
    expect(await serverOf(dataDir)).toBeUndefined();
  });

  test('is told in words when the data directory is somebody else’s', async () => {
    const theirs = process.getuid?.() === 0 ? await emptyFolder() : '/';
    const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
    const refused = await start('start', [], {
      env: { PORT: '0', DATA_DIR: path.join(theirs, 'data') },
      account,
    });
    expectOneMessage(
      { ...(await refused.exit), stdout: refused.stdout(), stderr: refused.stderr() },
      /^The data directory .*data cannot be used: .*DATA_DIR/,
    );
  });
});
