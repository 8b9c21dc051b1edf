import { createLogger } from '../../server/log';
import { sweepStorage } from '../../server/ops/jobs/sweepStorage';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { createFileBackend } from '../../server/storage/backends/file';
import { deepSweep } from '../../server/storage/deepSweep';
import { alice, authorizationOf, service, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { createChance } from '../helpers/fuzz/chance';
import { atTheEnd, emptyFolder, eventually, serve, type GatewayProcess } from '../helpers/process';
import { filesIn, isExplained, sumOf, writeOn, type Contents, type Route, type Writer } from './killing';

// The gateway is killed while it stores, replaces, moves, copies and removes, at points that a seed draws. Of each
// writer the next gateway shows all that was answered, and what was under way either done or not begun. After one sweep
// there are the bytes of these objects and no others.

/** `KILL_ROUNDS=100 KILL_SEED=7` by hand. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 10);
const SEED = Number(process.env.KILL_SEED ?? 1);
const WRITERS = 12;
const BUCKET = 'lora_files';
/** Requests begun and ended, and chunks sent, before the kill. */
const EVENTS_MAX = 600;

let database: TestDatabase;
let root: string;
let gateways: Promise<GatewayProcess>[];
let route: Route;
const writers: Writer[] = Array.from({ length: WRITERS }, (_, number) => ({
  ...{ folder: `${alice.id}/${number}`, doing: '' },
  ...{ sure: new Map<string, string>(), maybe: new Map<string, string>() },
}));
const log = createLogger({ logLevel: 'silent' });
const chance = createChance(SEED);
const interrupted: Record<string, number> = {};
/** Half-finished files that were left. */
let halves = 0;

const start = () =>
  serve({
    ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, STORAGE_DIR: root },
    // Swept is when the test says so.
    ...{ MAINTENANCE_INTERVAL_MS: '0', RATE_USER_MAX: '0', LOG_LEVEL: 'warn' },
  });

beforeAll(async () => {
  database = await createTestDatabase();
  atTheEnd(() => database.drop());
  await builders(database).account(alice);
  root = await emptyFolder();
  // The next ones start while one works: that takes the longest by far, and what they find is the same.
  gateways = [start(), start()];
});

const asRoot = (sql: string) =>
  withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), (client) =>
    client.query(sql),
  );

/** Until nobody does any more in the database what the killed gateway has asked for. */
const untilItsEnd = () =>
  eventually(async () => {
    const { rowCount } = await asRoot(
      `select from pg_stat_activity
       where datname = current_database() and usename = 'reigh_authenticator' and xact_start is not null`,
    );
    expect(rowCount).toBe(0);
  });

async function killAmid(gateway: GatewayProcess): Promise<void> {
  let events = 0;
  let isKilled = false;
  const until = 1 + chance.number(EVENTS_MAX);
  route = {
    ...{ url: () => gateway.url, bucket: BUCKET },
    authorization: (await authorizationOf(alice))!,
    notice: () => {
      if (++events !== until) return;
      isKilled = true;
      gateway.signal('SIGKILL');
    },
  };
  const write = async (writer: Writer) => {
    try {
      while (!isKilled) await writeOn(writer, chance, route);
    } catch (error) {
      if (!isKilled) throw error;
      interrupted[writer.doing] = (interrupted[writer.doing] ?? 0) + 1;
    }
  };
  await Promise.all(writers.map(write));
  await gateway.exit;
  await untilItsEnd();
}

/** What the gateway shows, each object read whole. */
async function shownBy({ url }: GatewayProcess): Promise<Map<string, Contents>> {
  const rows = await database.asOwner<{ name: string; size: string }>(
    `select name, metadata ->> 'size' as size from storage.objects`,
  );
  const shown = new Map(writers.map(({ folder }) => [folder, new Map() as Contents]));
  for (const { name, size } of rows) {
    const response = await fetch(`${url}/storage/v1/object/${BUCKET}/${name}`, {
      headers: { authorization: route.authorization },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, bytes.length]).toEqual([200, Number(size)]);
    const [, number = '', last = ''] = name.split('/');
    shown.get(`${alice.id}/${number}`)!.set(last, sumOf(bytes));
  }
  return shown;
}

async function sweepOnce(): Promise<void> {
  await database.asOwner(
    `update app_private.storage_versions set expires_at = now() - interval '1 second' where state = 'reserved'`,
  );
  for (const name of await filesIn(root)) if (name.endsWith('.part')) halves++;
  const backend = createFileBackend({ root });
  await database.as(service, (client) => sweepStorage(0, backend).run(client, log));
  const versions = await database.asOwner<{ version: string }>('select version from storage.objects');
  const live = versions.map(({ version }) => version).sort();
  const registered = await database.asOwner<{ version: string; state: string }>(
    'select version, state from app_private.storage_versions order by version',
  );
  expect(registered).toEqual(live.map((version) => ({ version, state: 'live' })));
  const [{ marker = '' } = {}] = await database.asOwner<{ marker: string }>(
    'select marker::text from app_private.storage_looks where marked_at is not null',
  );
  // The next gateway looks at its start whether it can write there.
  const files = (await filesIn(root)).filter((name) => name !== marker && !name.startsWith('check-'));
  expect(files.sort()).toEqual(live);
  // So nothing is left to the look that compares both.
  expect(
    await database.as(service, (client) =>
      deepSweep(client, { backend, pauseHours: 0, orphanAgeMs: 0 }, log),
    ),
  ).toEqual({ isOver: true, removed: 0, missing: 0, dropped: 0 });
}

test(
  `killed ${ROUNDS} times amid its work: what is seen is whole, and one sweep leaves bytes and rows in pairs`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const gateway = await gateways.shift()!;
      if (round < ROUNDS - 1) gateways.push(start());
      await killAmid(gateway);
      const next = await gateways[0]!;
      const shown = await shownBy(next).catch((error: unknown) => {
        throw new Error(`round ${round}: the next gateway cannot be read: ${next.stdout()}${next.stderr()}`, {
          cause: error,
        });
      });
      for (const writer of writers) {
        const found = shown.get(writer.folder)!;
        expect({ round, seed: SEED, doing: writer.doing, isExplained: isExplained(writer, found) }).toEqual({
          ...{ round, seed: SEED, doing: writer.doing, isExplained: true },
        });
        writer.sure = writer.maybe = found;
      }
      await sweepOnce();
    }
    console.log(`${ROUNDS} kills interrupted ${JSON.stringify(interrupted)}, and left ${halves} half files`);
    expect(halves).toBeGreaterThan(0);
    expect(Object.keys(interrupted)).toEqual(expect.arrayContaining(['replace', 'move', 'copy', 'remove']));
  },
  60_000 + ROUNDS * 10_000,
);
