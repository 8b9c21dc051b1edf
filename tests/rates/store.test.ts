import pino from 'pino';
import { Pool } from 'pg';
import { clearRateLimits } from '../../server/ops/jobs/clearRateLimits';
import { createRates } from '../../server/rates/rates';
import { createStore, type StoreClient } from '../../server/rates/store';
import { service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { eventually } from '../helpers/process';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
afterEach(() => database.asOwner('truncate app_private.rate_limits'));

const none = { anon: 0, authenticated: 0, worker: 0, service_role: 0 };
const ALICE = { role: 'authenticated' as const, sub: 'a11ce000-0000-4000-8000-0000000000aa' };
const silent = pino({ level: 'silent' });

const open = (client: StoreClient, max: Partial<typeof none>, log = silent, windowSeconds = 3_600) =>
  createRates({ windowSeconds, max: { ...none, ...max }, reads: 0 }, createStore(client, log).taker);
type Rates = ReturnType<typeof open>;

const admitted = async (
  rates: Rates,
  tries: number,
  address = '10.0.0.1',
  claims: Parameters<Rates['count']>[0] = ALICE,
) => {
  const answers = await Promise.allSettled(Array.from({ length: tries }, () => rates.count(claims, address)));
  return answers.filter(({ status }) => status === 'fulfilled').length;
};

test('two gateways on one database give a caller what is his, and no more', async () => {
  const [one, two] = [
    open(database.pool, { authenticated: 100 }),
    open(database.pool, { authenticated: 100 }),
  ];
  const both = await Promise.all([admitted(one, 90), admitted(two, 90)]);
  expect(both[0] + both[1]).toBe(100);
  expect(Math.min(...both)).toBeGreaterThan(0);
});

test('counts each caller by himself: users and workers by their name, others by address', async () => {
  const rates = open(database.pool, { authenticated: 3, anon: 2, worker: 1 });
  const bob = { ...ALICE, sub: 'b0b00000-0000-4000-8000-0000000000bb' };
  const sub = ALICE.sub;
  expect(await admitted(rates, 9)).toBe(3);
  expect(await admitted(rates, 9, '10.0.0.2')).toBe(0);
  expect(await admitted(rates, 9, '10.0.0.1', bob)).toBe(3);
  expect(await admitted(rates, 9, '10.0.0.1', { role: 'worker', worker_id: 'gpu-1', sub })).toBe(1);
  expect(await admitted(rates, 9, '10.0.0.1', { role: 'worker', worker_id: 'gpu-2', sub })).toBe(1);
  expect(await admitted(rates, 9, '10.0.0.1', { role: 'anon' })).toBe(2);
  expect(await admitted(rates, 9, '10.0.0.2', { role: 'anon' })).toBe(2);
  expect(await admitted(rates, 99, '10.0.0.1', { role: 'service_role' })).toBe(99);
});

test('a guessed token is an operation of its address, without a token', async () => {
  const rates = open(database.pool, { authenticated: 3, anon: 2 });
  await rates.countGuess('10.0.0.1');
  await rates.countGuess('10.0.0.1');
  await expect(rates.countGuess('10.0.0.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await admitted(rates, 1, '10.0.0.1', { role: 'anon' })).toBe(0);
  expect(await admitted(rates, 9)).toBe(3);
});

test('tells how long to wait', async () => {
  const rates = open(database.pool, { authenticated: 1 });
  await rates.count(ALICE, '');
  const refusal = await rates.count(ALICE, '').catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'RATE_LIMITED',
    message: expect.stringMatching(
      /^A caller like you can begin 1 operations in 3600 s\. Try again in 3\d{3} s\.$/,
    ) as string,
  });
  const { retryAfterMs } = (refusal as { extensions: { retryAfterMs: number } }).extensions;
  expect(retryAfterMs).toBeGreaterThan(3_000_000);
  expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
});

describe('while the database does not answer', () => {
  const createLog = () => {
    const lines: { level: number; msg: string }[] = [];
    const log = pino(
      { level: 'debug' },
      { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) },
    );
    return { lines, log };
  };

  test('each gateway counts by itself, and says so once', async () => {
    // Nobody listens there.
    const dead = new Pool({
      connectionString: 'postgres://nobody@127.0.0.1:1/none',
      connectionTimeoutMillis: 500,
    });
    const { lines, log } = createLog();
    const rates = open(dead, { authenticated: 50, anon: 5 }, log);
    expect(await admitted(rates, 200)).toBe(50);
    expect(await admitted(rates, 200, '10.0.0.9', { role: 'anon' })).toBe(5);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'requests cannot be counted in the database: this gateway counts by itself'],
    ]);
    await dead.end();
  });

  test('and they count together again when it does', async () => {
    let isDown = true;
    const client: StoreClient = {
      query: (query) => (isDown ? Promise.reject(new Error('down')) : database.pool.query(query)),
    };
    const { lines, log } = createLog();
    // A window of a second: what was given without the database is over soon.
    const rates = open(client, { authenticated: 1_000 }, log, 1);
    await rates.count(ALICE, '');
    isDown = false;
    const counted = () => database.asOwner('select from app_private.rate_limits');
    await eventually(async () => {
      await rates.count(ALICE, '');
      expect(await counted()).toHaveLength(1);
    });
    expect(lines.map(({ msg }) => msg).slice(1)).toEqual(['requests are counted together again']);
  });
});

describe('the table', () => {
  const counted = async () =>
    (await database.asOwner<{ key: string }>('select key from app_private.rate_limits')).map(
      ({ key }) => key,
    );

  test('is cleared of those whose window is over', async () => {
    await open(database.pool, { authenticated: 100 }).count(ALICE, '');
    await open(database.pool, { anon: 100 }, silent, 1).count({ role: 'anon' }, '10.0.0.1');
    await database.asOwner(`update app_private.rate_limits set expire = 1 where key like 'anon%'`);
    expect((await counted()).sort()).toEqual(['anon at 10.0.0.1', `authenticated ${ALICE.sub}`]);
    await database.as(service, (client) => clearRateLimits(1).run(client, silent));
    expect(await counted()).toEqual([`authenticated ${ALICE.sub}`]);
  });

  test('is out of reach for callers, services included', async () => {
    await expect(database.query(service, 'delete from app_private.rate_limits')).rejects.toThrow(
      /permission denied/,
    );
  });
});
