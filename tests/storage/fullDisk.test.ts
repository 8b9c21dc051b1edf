import { Writable } from 'node:stream';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase } from '../helpers/database';
import { startTestGateway } from '../helpers/gateway';
import { readinessOf } from '../helpers/load';
import { scrape, sum } from '../helpers/metrics';
import { atTheEnd } from '../helpers/process';
import { openSmallDisk } from '../helpers/smallDisk';
import { append, ask, begin, offsetAt, picture, post } from '../helpers/tus';

// Where no small disk can be mounted, nothing is shown here: the store's own answer is in backendTroubles.

test('a disk that is full: a piece of an upload is to be tried again, and goes on when there is room', async () => {
  const disk = await openSmallDisk(8);
  if (!disk) return console.warn('no disk can be mounted here: nothing was tested');
  const database = await createTestDatabase();
  await builders(database).account(alice);
  const lines: string[] = [];
  const write = (line: Buffer, _encoding: string, done: () => void) => (lines.push(line.toString()), done());
  const gateway = await startTestGateway(
    database,
    { STORAGE_DIR: disk.folder, LOG_LEVEL: 'warn' },
    new Writable({ write }),
  );
  atTheEnd(async () => {
    await gateway.stop();
    await disk.remove();
    await database.drop();
  });
  const bytes = picture(3_000_000);
  const address = await begin(gateway.url, alice, { objectName: `${alice.id}/full.png` }, bytes.length);
  expect((await append(address, alice, 0, bytes.subarray(0, 1_000_000))).status).toBe(204);

  await disk.fill();
  for (let turn = 0; turn < 2; turn++) {
    const offset = await offsetAt(address, alice);
    const refused = await append(address, alice, offset, bytes.subarray(offset));
    expect([refused.status, await refused.text()]).toEqual([
      503,
      'Storage cannot be reached now; try again.',
    ]);
  }
  const anew = post(
    gateway.url,
    alice,
    { objectName: `${alice.id}/anew.png` },
    { 'upload-length': String(bytes.length) },
  );
  expect((await anew).status).toBe(503);
  // Why, is told to the operator.
  const reasons = lines.map((line) => (JSON.parse(line) as { reason?: string }).reason);
  expect(reasons).toEqual(Array(3).fill('stored bytes cannot be reached: the disk is full'));
  expect(await readinessOf(gateway.url)).toEqual([200, { status: 'degraded', degraded: ['storage'] }]);
  const failed = sum(await scrape(gateway.url), 'reigh_storage_transfers_total', { outcome: 'failed' });
  expect(failed).toBe(3);
  // What was stored before is whole, and is told of.
  const offset = await offsetAt(address, alice);
  expect(offset).toBeGreaterThanOrEqual(1_000_000);
  expect(await database.asOwner('select from storage.objects')).toEqual([]);

  await disk.free();
  expect((await append(address, alice, offset, bytes.subarray(offset))).status).toBe(204);
  const url = `${gateway.url}/storage/v1/object/public/public/${alice.id}/full.png`;
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
  expect((await ask('HEAD', address, alice)).status).toBe(200);
});
