import { parseSettings } from '../../server/config';
import { createLogger } from '../../server/log';
import { createPool } from '../../server/postgres/pool';
import { withClient } from '../../server/postgres/setup';
import { startListener } from '../../server/realtime/listener';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { eventually } from '../helpers/process';
import { Proxy } from '../helpers/proxy';

// Connections that die between their login and the first statement: a fast restart of the database does that to
// whoever connects just then, and the news comes in the same packet as the end of the login.

const log = createLogger(parseSettings({ LOG_LEVEL: 'silent' }));
const BACKEND_KEY = Buffer.from([0x4b, 0, 0, 0, 12]);
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

let database: TestDatabase;
let proxy: Proxy;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = new Proxy();
  const proxied = new URL(database.authUrl);
  proxy.target = testServer().port;
  proxied.port = String(await proxy.listen());
  url = proxied.toString();
});
afterEach(async () => {
  await proxy.close();
  await database.drop();
});

/** The next login is held back until its backend was terminated, and both are sent at once. @returns how many it hit */
function killNextLogin(): () => number {
  let hits = 0;
  let held: Buffer | undefined;
  const terminate = async (login: Buffer) => {
    const pid = login.readUInt32BE(login.indexOf(BACKEND_KEY) + BACKEND_KEY.length);
    await withClient(testServer().rootUrl, (root) => root.query('select pg_terminate_backend($1)', [pid]));
  };
  proxy.pass = (packet, send) => {
    if (held) {
      send(Buffer.concat([held, packet]));
      proxy.pass = (next, pass) => pass(next);
      hits += Number(packet.includes('57P01'));
    } else if (packet.subarray(-6).equals(READY_FOR_QUERY)) {
      held = packet;
      void terminate(packet);
    } else {
      send(packet);
    }
  };
  return () => hits;
}

test('of the pool: who asks it is told, and the next one is served', async () => {
  const hits = killNextLogin();
  const pool = createPool({ url, size: 1, connectTimeoutMs: 5_000, answerTimeoutMs: 30_000 }, log);
  const client = await pool.connect();
  await expect(client.query('select 1')).rejects.toThrow(/connection error/);
  client.release(true);
  expect(hits()).toBe(1);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('of the listener: it listens again', async () => {
  const hits = killNextLogin();
  let heard = 0;
  const listener = startListener({ url, connectTimeoutMs: 5_000, heard: () => void heard++, log });
  await eventually(async () => expect(heard).toBeGreaterThan(0));
  expect(hits()).toBe(1);
  expect(listener.isListening()).toBe(true);
  const before = heard;
  await database.asOwner(`select pg_notify('realtime', '')`);
  await eventually(async () => expect(heard).toBeGreaterThan(before));
  await listener.stop();
});
