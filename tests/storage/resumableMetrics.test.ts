import { request } from 'node:http';
import { alice, bob } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { scrape, sum } from '../helpers/metrics';
import { eventually } from '../helpers/process';
import { append, ask, begin, headersOf, offsetAt, picture, post, upload } from '../helpers/tus';

// Uploads in pieces are measured as those in one request are: their bytes, and how they ended.

let database: TestDatabase;
let gateway: TestGateway;
let number = 0;
const newName = () => ({ objectName: `${alice.id}/${(number += 1)}.png` });

beforeAll(async () => {
  database = await createTestDatabase();
  for (const user of [alice, bob]) await builders(database).account(user);
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const OUTCOMES = ['done', 'part', 'aborted', 'refused', 'failed'] as const;
async function measured() {
  const samples = await scrape(gateway.url);
  const ended = (outcome: string) =>
    sum(samples, 'reigh_storage_transfers_total', { kind: 'upload', outcome });
  return {
    bytes: sum(samples, 'reigh_storage_transfer_bytes_total', { kind: 'upload' }),
    running: sum(samples, 'reigh_storage_transfers', { kind: 'upload' }),
    ...(Object.fromEntries(OUTCOMES.map((each) => [each, ended(each)])) as Record<
      (typeof OUTCOMES)[number],
      number
    >),
  };
}

/** What a piece of work added, where anything did. */
async function addedBy(work: () => Promise<unknown>): Promise<Partial<Awaited<ReturnType<typeof measured>>>> {
  const before = await measured();
  await work();
  const after = await measured();
  const changed = Object.entries(after).map(([name, value]) => [
    name,
    value - before[name as keyof typeof before],
  ]);
  return Object.fromEntries(changed.filter(([, value]) => value !== 0)) as object;
}

test('an upload in four pieces: its bytes once, three parts, one that is done', async () => {
  const bytes = picture(3_500_000);
  expect(await addedBy(() => upload(gateway, alice, bytes, newName(), { chunkSize: 1_000_000 }))).toEqual({
    ...{ bytes: 3_500_000, part: 3, done: 1 },
  });
});

test('one that comes along with its beginning, one of nothing, and one that is told again', async () => {
  const along = { uploadDataDuringCreation: true };
  expect(await addedBy(() => upload(gateway, alice, picture(9_000), newName(), along))).toEqual({
    bytes: 9_000,
    done: 1,
  });
  const nothing = { ...newName(), contentType: 'text/plain' };
  expect(await addedBy(() => upload(gateway, alice, Buffer.alloc(0), nothing))).toEqual({ done: 1 });
  const address = await begin(gateway.url, alice, newName(), 500);
  const bytes = picture(500);
  expect(await addedBy(() => append(address, alice, 0, bytes))).toEqual({ bytes: 500, done: 1 });
  expect(await addedBy(() => append(address, alice, 500, ''))).toEqual({});
});

test('what only announces, asks or ends an upload is none', async () => {
  const work = async () => {
    const address = await begin(gateway.url, alice, newName(), 100);
    await offsetAt(address, alice);
    await ask('DELETE', address, alice);
  };
  expect(await addedBy(work)).toEqual({});
});

test('what is refused: at the beginning, at a piece, and at the end', async () => {
  expect(await addedBy(() => post(gateway.url, bob, newName(), { 'upload-length': '5' }))).toEqual({
    refused: 1,
  });
  const address = await begin(gateway.url, alice, newName(), 100);
  expect(await addedBy(() => append(address, alice, 50, 'x'))).toEqual({ refused: 1 });
  expect(await addedBy(() => append(address, bob, 0, 'x'))).toEqual({ refused: 1 });
  // Its bytes came, and turn out to be what the bucket does not take.
  const page = '<!doctype html><script>alert(1)</script>';
  const late = await begin(gateway.url, alice, newName(), page.length);
  expect(await addedBy(() => append(late, alice, 0, page))).toEqual({ bytes: page.length, refused: 1 });
});

test('one whose caller goes away, by the bytes that came; and it is under way until then', async () => {
  const address = await begin(gateway.url, alice, newName(), 1_000_000);
  const before = await measured();
  const half = picture(400_000);
  const sent = request(address, {
    ...{ method: 'PATCH', agent: false },
    headers: {
      ...(await headersOf(alice)),
      ...{
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
        'content-length': '1000000',
      },
    },
  });
  sent.on('error', () => undefined);
  sent.write(half);
  await eventually(async () => expect((await measured()).running).toBe(before.running + 1));
  await eventually(() => expect(sent.writableLength).toBe(0));
  sent.destroy();
  await eventually(async () => expect((await measured()).aborted).toBe(before.aborted + 1));
  const after = await measured();
  expect(after.running).toBe(before.running);
  const came = after.bytes - before.bytes;
  expect(came).toBeLessThanOrEqual(half.length);
  // What came last may not have been stored any more.
  expect(came).toBeGreaterThanOrEqual(await offsetAt(address, alice));
});
