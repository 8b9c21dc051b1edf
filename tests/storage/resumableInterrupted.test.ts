import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { alice } from '../helpers/actors';
import { eventually, PROJECT, startProgram } from '../helpers/process';
import { Proxy } from '../helpers/proxy';
import { startResumable, type ResumableGateway } from '../helpers/resumableGateway';
import { createResumableWorld, type ResumableWorld } from '../helpers/resumableWorld';
import { append, ask, begin, headersOf, offsetAt, picture, upload } from '../helpers/tus';

const MB = 1024 * 1024;

let world: ResumableWorld;
let one: ResumableGateway;
let two: ResumableGateway;
let number = 0;
const newName = () => `${alice.id}/cut/${++number}.png`;

beforeAll(async () => {
  world = await createResumableWorld();
  one = world.gateway;
  two = await startResumable(world.parts);
});
afterAll(async () => {
  await two.close();
  await world.end();
});

/** A gateway as a process of its own, to be killed. */
async function startProcess(): Promise<{ url: string; port: number; kill(): Promise<unknown> }> {
  const program = path.join(PROJECT, 'tests/helpers/resumableGateway.ts');
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const running = startProgram(process.execPath, ['--import', loader, program, JSON.stringify(world.parts)], {
    cwd: PROJECT,
  });
  const [, port = ''] = await running.prints(/listens at (\d+)/);
  return {
    ...{ url: `http://127.0.0.1:${port}`, port: Number(port) },
    kill: () => {
      running.signal('SIGKILL');
      return running.exit;
    },
  };
}

async function expectObject(name: string, bytes: Buffer): Promise<void> {
  const rows = await world.rowsOf(name);
  expect(rows).toHaveLength(1);
  expect((await world.bytesOf(rows[0]!)).equals(bytes)).toBe(true);
}

/** A piece whose client sends the beginning and then nothing: its connection hangs. */
async function hang(
  address: string,
  offset: number,
  length: number,
  beginning: Buffer,
): Promise<{ request: ClientRequest; answer: Promise<IncomingMessage> }> {
  const request = httpRequest(address, {
    method: 'PATCH',
    headers: {
      ...(await headersOf(alice)),
      ...{
        'content-type': 'application/offset+octet-stream',
        'upload-offset': offset,
        'content-length': length,
      },
    },
  });
  const answer = once(request, 'response').then(([response]) => response as IncomingMessage);
  answer.catch(() => undefined);
  request.on('error', () => undefined);
  request.write(beginning);
  return { request, answer };
}

const versionsOf = () =>
  world.database.asOwner<{ version: string; lock_until: Date | null; seconds: number | null }>(
    `select version, lock_until, extract(epoch from lock_until - now())::float8 as seconds
     from app_private.storage_resumables join app_private.storage_versions using (version) where state = 'reserved'`,
  );
/** Until the piece that hangs is written as far as it came: no lock, no byte. */
const untilWritten = (version: string, size: number) =>
  eventually(async () => expect((await one.backend.resumable().getUpload(version)).offset).toBe(size));

test('20 MB, cut five times at random points and once by the death of a gateway, on three in turn', async () => {
  const doomed = await startProcess();
  const proxy = new Proxy();
  const port = await proxy.listen();
  const gateways = [one.port, two.port];
  proxy.target = doomed.port;
  const bytes = picture(20 * MB);
  const name = newName();
  // Each cut falls into what is left when the one before is made good.
  const cuts: number[] = [];
  for (let at = 0; cuts.length < 6;) cuts.push((at += randomInt(300_000, 3_000_000)));
  let sent = 0;
  let turn = 0;
  let death: Promise<unknown> | undefined;
  proxy.take = (packet, send) => {
    send(packet);
    sent += packet.length;
    if (sent < (cuts[0] ?? Infinity)) return;
    cuts.shift();
    proxy.target = gateways[turn++ % 2]!;
    death ??= doomed.kill();
    proxy.cut();
  };
  // What a dead gateway held is free when its lease ends; nobody waits for that here.
  const free = setInterval(() => {
    if (death)
      void world.database.asOwner(
        `update app_private.storage_resumables set lock_until = now() where lock_until < now() + interval '7 seconds'`,
      );
  }, 100);
  try {
    const url = `http://127.0.0.1:${port}`;
    await upload({ url }, alice, bytes, { objectName: name }, { retryDelays: Array<number>(40).fill(10) });
  } finally {
    clearInterval(free);
    await proxy.close();
    await death;
  }
  expect(cuts).toEqual([]);
  await expectObject(name, bytes);
}, 60_000);

test.each([
  ['the same gateway', () => one],
  ['another gateway', () => two],
])('a client that comes again to %s does not wait for its old connection to be given up', async (_to, at) => {
  const name = newName();
  const bytes = picture(200_000);
  const address = await begin(one.url, alice, { objectName: name }, bytes.length);
  const [{ version } = { version: '' }] = await versionsOf();
  const old = await hang(address, 0, bytes.length, bytes.subarray(0, 70_000));
  await untilWritten(version, 70_000);
  const there = address.replace(one.url, at().url);
  expect(await offsetAt(there, alice)).toBe(70_000);
  expect((await old.answer).headers['upload-offset']).toBe('70000');
  expect((await append(there, alice, 70_000, bytes.subarray(70_000))).status).toBe(204);
  await expectObject(name, bytes);
  old.request.destroy();
});

test('of ten pieces for one place, sent to two gateways at once, one is written', async () => {
  const name = newName();
  const bytes = picture(400_000);
  const address = await begin(one.url, alice, { objectName: name }, bytes.length);
  const there = address.replace(one.url, two.url);
  const half = bytes.subarray(0, 200_000);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) => append(at % 2 ? address : there, alice, 0, half)),
  );
  // One may be asked to make room in the middle; then it tells how far it came.
  const written = answers.filter(({ status }) => status === 204);
  for (const { status } of answers) expect([204, 409, 423]).toContain(status);
  expect(written.length).toBeGreaterThan(0);
  const reached = await offsetAt(there, alice);
  expect(written.map(({ headers }) => Number(headers.get('upload-offset')))).toContain(reached);
  expect((await append(address, alice, reached, bytes.subarray(reached))).status).toBe(204);
  await expectObject(name, bytes);
});

test('a gateway that is killed lets go of its uploads within 15 seconds', async () => {
  const doomed = await startProcess();
  const name = newName();
  const bytes = picture(200_000);
  const address = await begin(doomed.url, alice, { objectName: name }, bytes.length);
  const [{ version } = { version: '' }] = await versionsOf();
  await hang(address, 0, bytes.length, bytes.subarray(0, 70_000));
  await untilWritten(version, 70_000);
  await doomed.kill();
  const there = address.replace(doomed.url, one.url);
  const asking = offsetAt(there, alice);
  const untilWanted = () =>
    eventually(async () => {
      const rows = await world.database.asOwner<{ lock_wanted: boolean; seconds: number }>(
        `select lock_wanted, extract(epoch from lock_until - now())::float8 as seconds
         from app_private.storage_resumables where version = $1`,
        [version],
      );
      expect(rows).toMatchObject([{ lock_wanted: true }]);
      return rows;
    });
  await untilWanted();
  await world.database.asOwner('update app_private.storage_resumables set lock_wanted = false');
  // It waits, and goes on to ask.
  const [held] = await untilWanted();
  expect(held!.seconds).toBeLessThanOrEqual(15);
  await world.database.asOwner(
    'update app_private.storage_resumables set lock_until = now() where version = $1',
    [version],
  );
  expect(await asking).toBe(70_000);
  expect((await append(there, alice, 70_000, bytes.subarray(70_000))).status).toBe(204);
  await expectObject(name, bytes);
});

test('killed when the bytes were in their place and the object was not made, the next question makes it', async () => {
  const doomed = await startProcess();
  const name = newName();
  const bytes = picture(100_000);
  const address = await begin(doomed.url, alice, { objectName: name }, bytes.length);
  const [{ version } = { version: '' }] = await versionsOf();
  const wait = await startHolding();
  const lost = append(address, alice, 0, bytes).catch(() => 'cut off');
  await eventually(async () => {
    expect(await one.backend.size(version)).toBe(bytes.length);
    await expect(one.backend.resumable().getUpload(version)).rejects.toMatchObject({ status_code: 404 });
  });
  await doomed.kill();
  expect(await lost).toBe('cut off');
  await wait.letGo();
  const rows = await world.database.asOwner('select from storage.objects where name = $1', [name]);
  expect(rows).toHaveLength(0);
  await world.database.asOwner(
    'update app_private.storage_resumables set lock_until = now() where version = $1',
    [version],
  );
  const there = address.replace(doomed.url, two.url);
  expect(await offsetAt(there, alice)).toBe(bytes.length);
  await expectObject(name, bytes);
  expect((await ask('PATCH', there, alice, { 'upload-offset': String(bytes.length) }, '')).status).toBe(204);
  await expectObject(name, bytes);
});

/** Nobody makes an object until it lets go. */
async function startHolding(): Promise<{ letGo(): Promise<void> }> {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  let begun = () => {};
  const held = new Promise<void>((resolve) => (begun = resolve));
  const { Client } = await import('pg');
  const client = new Client({ connectionString: world.database.ownerUrl });
  await client.connect();
  const holding = (async () => {
    await client.query('begin; lock table storage.objects in access exclusive mode');
    begun();
    await until;
    await client.query('rollback');
    await client.end();
  })();
  await held;
  return {
    letGo: async () => {
      letGo();
      await holding;
    },
  };
}

test('a gateway that drains ends its uploads at a byte from which another goes on', async () => {
  const leaving = await startResumable(world.parts);
  const name = newName();
  const bytes = picture(200_000);
  const address = await begin(leaving.url, alice, { objectName: name }, bytes.length);
  const [{ version } = { version: '' }] = await versionsOf();
  const old = await hang(address, 0, bytes.length, bytes.subarray(0, 70_000));
  await untilWritten(version, 70_000);
  leaving.drain();
  const answer = await old.answer;
  expect([answer.statusCode, answer.headers['upload-offset'], answer.headers.connection]).toEqual([
    204,
    '70000',
    'close',
  ]);
  const refused = await ask('HEAD', address, alice);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  const there = address.replace(leaving.url, two.url);
  expect(await offsetAt(there, alice)).toBe(70_000);
  expect((await append(there, alice, 70_000, bytes.subarray(70_000))).status).toBe(204);
  await expectObject(name, bytes);
  await leaving.close();
});

test('a lock that is lost, as of a gateway that stood still, lets no byte through', async () => {
  const name = newName();
  const bytes = picture(200_000);
  const address = await begin(one.url, alice, { objectName: name }, bytes.length);
  const [{ version } = { version: '' }] = await versionsOf();
  const old = await hang(address, 0, bytes.length, bytes.subarray(0, 70_000));
  await untilWritten(version, 70_000);
  await world.database.asOwner(
    'update app_private.storage_resumables set lock_holder = gen_random_uuid() where version = $1',
    [version],
  );
  expect((await old.answer).headers['upload-offset']).toBe('70000');
  await world.database.asOwner(
    'update app_private.storage_resumables set lock_until = now() where version = $1',
    [version],
  );
  expect(await offsetAt(address, alice)).toBe(70_000);
  old.request.destroy();
});

test('an upload whose bytes keep coming is kept', async () => {
  const address = await begin(one.url, alice, { objectName: newName() }, 1_000);
  const expiry = async () =>
    (
      await world.database.asOwner<{ seconds: number }>(
        `select extract(epoch from max(expires_at) - now())::float8 as seconds from app_private.storage_versions where state = 'reserved'`,
      )
    )[0]!.seconds;
  await world.database.asOwner(
    `update app_private.storage_versions set expires_at = now() + interval '1 minute' where state = 'reserved'`,
  );
  expect(await expiry()).toBeLessThan(61);
  await append(address, alice, 0, picture(500));
  expect(await expiry()).toBeGreaterThan(80_000);
});
