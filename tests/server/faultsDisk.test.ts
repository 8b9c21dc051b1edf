import { randomBytes } from 'node:crypto';
import { parseSettings } from '../../server/config';
import { hasRoom } from '../../server/ops/parts';
import { openDatabase } from '../../server/postgres/open';
import { withClient } from '../../server/postgres/setup';
import { READY, readinessOf } from '../helpers/load';
import {
  ask,
  atTheEnd,
  emptyFolder,
  eventually,
  printedTokens,
  serve,
  type GatewayProcess,
} from '../helpers/process';
import { openSmallDisk, type SmallDisk } from '../helpers/smallDisk';

// The embedded database on a disk of its own that is full. Where none can be mounted, PostgreSQL says what it says of
// a full disk because a trigger makes it: all that comes after is the same.

let disk: SmallDisk | undefined;
let gateway: GatewayProcess;
let token: string;
let asRoot: (sql: string) => Promise<unknown>;

beforeAll(async () => {
  disk = await openSmallDisk(400);
  const folder = disk?.folder ?? (await emptyFolder());
  gateway = await serve({ DATA_DIR: folder });
  [token = ''] = (await printedTokens(gateway)).values();
  const { urls } = await openDatabase(parseSettings({ DATA_DIR: folder }), { attach: true });
  const root = new URL(urls.root!);
  root.pathname = new URL(urls.owner!).pathname;
  asRoot = (sql) => withClient(root.toString(), (client) => client.query(sql));
  atTheEnd(async () => {
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    await disk?.remove();
  });
});

const RAISE = `
  create function app_private.disk_is_full() returns trigger language plpgsql set search_path = '' as $$
  begin
    raise exception 'could not extend file "base/16384/16385": No space left on device' using errcode = '53100';
  end $$;
  create trigger disk_is_full before insert on public.projects for each row execute function app_private.disk_is_full()`;
const fill = async () => {
  if (!disk) return void (await asRoot(RAISE));
  // The log of the database has room left: what has none is the tables.
  await asRoot('checkpoint');
  await asRoot('select pg_switch_wal()');
  await asRoot('create table app_private.one_page (); drop table app_private.one_page');
  await disk.fill();
};
const free = () => (disk ? disk.free() : asRoot('drop function app_private.disk_is_full() cascade'));

test('a full disk: changes are refused and may be tried again, reads go on, and so do changes when there is room', async () => {
  // Too large for the room that its tables have within their files.
  const settings = { noise: randomBytes(200_000).toString('base64') };
  const change = (name: string) =>
    ask(
      gateway.url,
      'mutation ($name: String!, $settings: JSON) { createProject(input: { project: { name: $name, settings: $settings } }) { project { name } } }',
      token,
      { name, settings },
    );
  const read = () =>
    ask<{ projects: { nodes: { name: string }[] } }>(gateway.url, '{ projects { nodes { name } } }', token);
  expect(await readinessOf(gateway.url)).toEqual(READY);
  expect((await change('before')).errors).toBeUndefined();

  await fill();
  for (let turn = 0; turn < 5; turn++) {
    expect((await change(`full ${turn}`)).errors).toMatchObject([
      {
        message: 'The database has no room for changes now. Try again later.',
        extensions: { code: 'UNAVAILABLE', retryable: true },
      },
    ]);
    expect((await read()).errors).toBeUndefined();
  }
  await eventually(async () =>
    expect(await readinessOf(gateway.url)).toEqual([200, { status: 'degraded', degraded: ['disk'] }]),
  );
  if (disk) await expect(hasRoom(disk.folder)).resolves.toBe(false);
  // The reason is for the operator: it names the files of the database.
  expect(gateway.stdout()).toMatch(
    /"level":40.*"code":"53100".*No space left|"level":40.*No space left.*"code":"53100"/,
  );

  await free();
  expect((await change('after')).errors).toBeUndefined();
  await eventually(async () => expect(await readinessOf(gateway.url)).toEqual(READY));
  const names = (await read()).data?.projects.nodes.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['before', 'after']));
  expect(names?.filter((name) => name.startsWith('full'))).toEqual([]);
  expect(gateway.stdout()).not.toMatch(/"level":[56]0/);
});

test('a folder that is not there, or takes nothing, has no room', async () => {
  const folder = await emptyFolder();
  await expect(hasRoom(folder)).resolves.toBe(true);
  await expect(hasRoom(`${folder}/gone`)).rejects.toThrow(/ENOENT/);
});
