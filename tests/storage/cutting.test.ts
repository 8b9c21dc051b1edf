import { request, type ClientRequest } from 'node:http';
import { createLogger } from '../../server/log';
import { sweepStorage } from '../../server/ops/jobs/sweepStorage';
import { createFileBackend } from '../../server/storage/backends/file';
import { alice, authorizationOf, service, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { atTheEnd, emptyFolder, eventually, serve } from '../helpers/process';
import { Proxy } from '../helpers/proxy';
import { filesIn } from './killing';

// Uploads under way when the gateway is told to end, and when its database goes away.

let database: TestDatabase;
let authorization: string;
let root: string;
beforeAll(async () => {
  database = await createTestDatabase();
  atTheEnd(() => database.drop());
  await builders(database).account(alice);
  authorization = (await authorizationOf(alice))!;
});
beforeEach(async () => {
  root = await emptyFolder();
});

const start = (env: Record<string, string> = {}) =>
  serve({
    ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, STORAGE_DIR: root },
    ...{ MAINTENANCE_INTERVAL_MS: '0', LOG_LEVEL: 'warn', DATABASE_CONNECT_TIMEOUT_MS: '1000', ...env },
  });

interface SlowUpload {
  sent: ClientRequest;
  /** Rejects when the connection was cut. */
  answer: Promise<{ status: number | undefined; body: string }>;
}

const HALF = Buffer.alloc(300_000, 'half a file ');

/** Sends half a file, and resolves when some of it lies on the disk. */
async function beginUpload(url: string, name: string): Promise<SlowUpload> {
  const sent = request(`${url}/storage/v1/object/public/${alice.id}/${name}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'text/plain', 'content-length': 2 * HALF.length },
  });
  const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sent.once('error', reject).once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode, body })).once('error', reject);
    });
  });
  answer.catch(() => undefined);
  const before = (await halves()).length;
  sent.write(HALF);
  await eventually(async () => expect(await halves()).toHaveLength(before + 1));
  return { sent, answer };
}

const halves = async () => (await filesIn(root)).filter((name) => name.endsWith('.part'));
const names = async () =>
  (await database.asOwner<{ name: string }>('select name from storage.objects order by name')).map(
    ({ name }) => name.split('/')[1],
  );

async function sweep(): Promise<void> {
  await database.asOwner(
    `update app_private.storage_versions set expires_at = now() - interval '1 second' where state = 'reserved'`,
  );
  const log = createLogger({ logLevel: 'silent' });
  await database.as(service, (client) => sweepStorage(0, createFileBackend({ root })).run(client, log));
}

test('SIGTERM: an upload that goes on is let end, one that does not is cut, and nothing of it is seen', async () => {
  const gateway = await start({ SHUTDOWN_TIMEOUT_MS: '3000' });
  const [going, stuck] = [await beginUpload(gateway.url, 'going'), await beginUpload(gateway.url, 'stuck')];
  gateway.signal('SIGTERM');
  await eventually(async () => {
    // No connection is taken any more: from here on there is the time for what was accepted before.
    const status = await fetch(`${gateway.url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    expect(status).toBe(0);
  });
  going.sent.end(HALF);
  expect(await going.answer).toMatchObject({ status: 200 });
  await expect(stuck.answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
  expect(gateway.stdout()).toContain('requests are still running after the time for them');
  expect(await names()).toEqual(['going']);
  await sweep();
  expect(await filesIn(root)).toHaveLength(1);
});

test('the database goes away amid an upload: 503, nothing is seen of it, and its bytes go with the next sweep', async () => {
  const proxy = new Proxy();
  proxy.target = testServer().port;
  const url = new URL(database.authUrl);
  url.port = String(await proxy.listen());
  const gateway = await start({ AUTH_DATABASE_URL: url.toString() });
  const upload = await beginUpload(gateway.url, 'lost');
  await proxy.close();
  upload.sent.end(HALF);
  const answer = await upload.answer;
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([503, { code: 'ServiceUnavailable' }]);
  await proxy.listenAgain();

  const again = await eventually(async () => {
    const response = await fetch(`${gateway.url}/storage/v1/object/public/${alice.id}/lost`, {
      headers: { authorization },
    });
    expect(response.status).not.toBe(503);
    return (await response.json()) as { code: string };
  });
  expect(again.code).toBe('NoSuchKey');
  expect(await names()).not.toContain('lost');
  // The gateway could not say that it has given up; so the whole file waits until the upload expires.
  expect(await filesIn(root)).toHaveLength(1);
  await sweep();
  expect(await filesIn(root)).toEqual([]);
  gateway.signal('SIGTERM');
  expect((await gateway.exit).code).toBe(0);
  await proxy.close();
});
