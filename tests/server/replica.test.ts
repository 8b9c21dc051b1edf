import { Writable } from 'node:stream';
import { parseSettings } from '../../server/config';
import { examine } from '../../server/ops/doctor';
import { alice, authorizationOf, service, TEST_SECRET, type Actor } from '../helpers/actors';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { misfitOf } from '../../server/postgres/replica/standing';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { startOwnServer, type OwnServer } from '../helpers/ownServer';
import { atTheEnd, eventually } from '../helpers/process';
import { startReplica, type TestReplica } from '../helpers/replica';
import { randomOf } from '../helpers/streamWriters';
import { TEMPLATE, urlOf } from '../setup/server';

// A real streaming replica, which lags, falls silent, dies and comes back. Nobody may notice.

/** `REPLICA_WRITES=2000` by hand; `REPLICA_SEED` repeats what chance did. */
const WRITES = Number(process.env.REPLICA_WRITES ?? 40);
const SEED = Number(process.env.REPLICA_SEED ?? Math.floor(Math.random() * 1e6));
const WRITERS = 4;

let primary: OwnServer;
let replica: TestReplica;
let database: TestDatabase;
let replicaUrl: string;
let one: TestGateway;
let other: TestGateway;
const lines: { level: number; msg: string; reason?: string; part?: string }[] = [];

const startWith = (url: string, variables: Record<string, string> = {}) =>
  startTestGateway(
    database,
    { DATABASE_REPLICA_URL: url, LOG_LEVEL: 'info', REPLICA_WAIT_MS: '200', ...variables },
    new Writable({
      write: (text, _encoding, done) => {
        lines.push(JSON.parse(String(text)) as never);
        done();
      },
    }),
  );
const told = () => lines.filter(({ part }) => part === 'replica').map(({ msg }) => msg);
const USED = 'queries are read on the replica';
const UNUSED = 'the replica is not used: queries are read on the primary';

beforeAll(async () => {
  // What was committed without waiting for the disk stays off it, and off the replica, for as long as it can.
  primary = await startOwnServer({ parameters: { wal_writer_delay: '10s', wal_keep_size: '256MB' } });
  replica = await startReplica(primary, { max_standby_streaming_delay: '0' });
  database = await createTestDatabase(undefined, primary.server);
  await database.asOwner(`
    create table public.cells (id int primary key, value int not null);
    insert into public.cells select n, 0 from generate_series(1, ${WRITERS + 2}) n;
    grant select, update on public.cells to authenticated;
    create function public.place() returns text language sql stable set search_path = ''
    as $$ select case when pg_catalog.pg_is_in_recovery() then 'replica' else 'primary' end $$;
    create function public.write_place() returns text language sql volatile set search_path = ''
    as $$ select case when pg_catalog.pg_is_in_recovery() then 'replica' else 'primary' end $$;
    create function public.slow_cell(cell int, seconds float) returns text language plpgsql volatile set search_path = ''
    as $$ begin
      perform from public.cells where id = cell;
      if pg_catalog.pg_is_in_recovery() then perform pg_catalog.pg_sleep(seconds); end if;
      return public.place() || ' ' || (select value from public.cells where id = cell);
    end $$;
    alter function public.slow_cell(int, float) stable;
    revoke all on function public.place(), public.write_place(), public.slow_cell(int, float) from public;
    grant execute on function public.place(), public.write_place(), public.slow_cell(int, float) to authenticated, reigh_introspector;
  `);
  const name = databaseOf(database.authUrl);
  await eventually(async () => {
    const known = await replica.asRoot(`select from pg_database where datname = '${name}'`);
    expect(known).toHaveLength(1);
  });
  replicaUrl = urlOf(replica.server, 'reigh_authenticator', name);
  [one, other] = await Promise.all([startWith(replicaUrl), startWith(replicaUrl)]);
});
atTheEnd(async () => {
  await replica.speak();
  await Promise.all([one.stop(), other.stop()]);
  await database.drop();
  await replica.stop();
  await primary.stop();
});

async function ask<T>(gateway: TestGateway, query: string, actor: Actor = alice): Promise<T> {
  const { status, data, errors } = await gateway.ask<Record<string, unknown>>(actor, query);
  expect({ status, errors, query }).toEqual({ status: 200, errors: undefined, query });
  return Object.values(data!)[0] as T;
}
const place = (gateway: TestGateway) => ask<string>(gateway, '{ place }');
const untilOn = (where: 'replica' | 'primary', gateways = [one, other]) =>
  eventually(async () => {
    for (const gateway of gateways) expect(await place(gateway)).toBe(where);
  });
const valueOf = async (gateway: TestGateway, id: number) =>
  (await ask<{ value: number }>(gateway, `{ cell(id: ${id}) { value } }`)).value;
const write = (gateway: TestGateway, id: number, value: number) =>
  ask(
    gateway,
    `mutation { updateCell(input: { id: ${id}, patch: { value: ${value} } }) { clientMutationId } }`,
  );
const sleeping = (server: { rootUrl: string }) =>
  withClient(server.rootUrl, async (root) => {
    const { rows } = await root.query<{ pid: number }>(
      `select pid from pg_stat_activity where wait_event = 'PgSleep'`,
    );
    return rows;
  });
const endSleepers = async () => {
  for (const { pid } of await sleeping(replica.server))
    await replica.asRoot(`select pg_terminate_backend(${pid})`);
};
/**
 * Begins a query that is still running on the replica when this resolves. On a busy machine the replica may be behind
 * or given up just then, and the primary answers at once: then it begins another.
 */
const begin = (gateway: TestGateway) =>
  eventually(async () => {
    await endSleepers();
    await untilOn('replica', [one, other, gateway]);
    let isOver = false;
    const running = ask<string>(gateway, '{ slowCell(cell: 1, seconds: 300) }').finally(
      () => (isOver = true),
    );
    running.catch(() => undefined);
    await eventually(async () => expect(isOver || (await sleeping(replica.server)).length === 1).toBe(true));
    expect(isOver).toBe(false);
    // What was told before it is of no interest.
    lines.length = 0;
    return { running };
  }, 40_000);

test('queries are read on the replica, changes are made on the primary', async () => {
  await untilOn('replica');
  const before = one.replicaCounts()!.reads;
  await eventually(async () => {
    await valueOf(one, 1);
    expect(one.replicaCounts()!.reads).toBeGreaterThan(before);
  });
  expect(await ask(one, 'mutation { writePlace(input: {}) { string } }')).toEqual({ string: 'primary' });
  expect(told()).toEqual([USED, USED]);
});

test('what came of queries is counted for whoever watches', async () => {
  await untilOn('replica');
  const response = await fetch(`${one.url}/metrics`, {
    headers: { authorization: (await authorizationOf(service))! },
  });
  const text = await response.text();
  expect(Number(/^reigh_replica_reads_total (\d+)$/m.exec(text)?.[1])).toBe(one.replicaCounts()!.reads);
  expect(text).toMatch(/^reigh_replica_fallbacks_total\{reason="conflict"\} \d+$/m);
  expect(text).toMatch(/^reigh_replica_lag_bytes \d+$/m);
});

describe('the doctor', () => {
  const settings = (replicaUrlGiven: string) =>
    parseSettings({
      ...{ JWT_SECRET: TEST_SECRET, LOG_LEVEL: 'silent' },
      ...{ AUTH_DATABASE_URL: database.authUrl, DATABASE_REPLICA_URL: replicaUrlGiven },
    });
  const told = async (url: string) => {
    const { well, findings } = await examine(settings(url), { gateways: 1 });
    return [...well, ...findings].filter(({ check }) => check === 'replica');
  };

  test('says of a replica that it follows, and how far behind', async () => {
    await untilOn('replica');
    expect(await told(replicaUrl)).toEqual([
      {
        check: 'replica',
        said: expect.stringMatching(/^it follows its primary, \d+ bytes behind$/) as string,
      },
    ]);
  });

  test('says of a server that is none why nothing is read there', async () => {
    const [itself, another] = await Promise.all([
      told(database.authUrl),
      told(urlOf(testServer(), 'reigh_authenticator', TEMPLATE)),
    ]);
    expect(itself).toMatchObject([
      { gravity: 'wrong', wrong: expect.stringMatching(/promoted, or is the primary/) as string },
    ]);
    expect(another).toMatchObject([
      { gravity: 'wrong', wrong: expect.stringMatching(/copy of another server/) as string },
    ]);
  });
});

test('what was committed without waiting for the disk is seen too', async () => {
  await untilOn('replica');
  await withClient(withDatabase(database.ownerUrl, databaseOf(database.ownerUrl)), async (client) => {
    await client.query('set synchronous_commit = off');
    for (let value = 1; value <= 20; value++) {
      await client.query('update cells set value = $1 where id = $2', [value, WRITERS + 1]);
      expect(await valueOf(value % 2 ? one : other, WRITERS + 1)).toBe(value);
    }
  });
});

describe('a history of chance', () => {
  test('whoever reads finds everything that was confirmed before, on either gateway', async () => {
    await untilOn('replica');
    const random = randomOf(SEED);
    const gateways = [one, other];
    const anyGateway = () => gateways[Math.floor(random() * 2)]!;
    const confirmed = Array.from({ length: WRITERS + 1 }, () => 0);
    const reads = () => gateways.reduce((sum, gateway) => sum + gateway.replicaCounts()!.reads, 0);
    const before = reads();
    const stale: unknown[] = [];
    let isOver = false;
    const look = async (cell: number) => {
      const least = confirmed[cell]!;
      const found = await valueOf(anyGateway(), cell);
      if (found < least) stale.push({ cell, least, found });
    };
    const writers = Array.from({ length: WRITERS }, async (_, index) => {
      const cell = index + 1;
      for (let value = 1; value <= WRITES; value++) {
        await write(anyGateway(), cell, value);
        confirmed[cell] = value;
        await look(cell);
      }
    });
    // They know of others' changes by another way than the database.
    const readers = Array.from({ length: 4 }, async () => {
      while (!isOver) await look(1 + Math.floor(random() * WRITERS));
    });
    const trouble = (async () => {
      while (!isOver) {
        await replica.asRoot('select pg_wal_replay_pause()');
        for (let n = 0; n < 10; n++) await look(1);
        await replica.asRoot('select pg_wal_replay_resume()');
        const enough = reads() + 50;
        while (!isOver && reads() < enough) await look(2);
      }
    })();
    await Promise.all(writers);
    isOver = true;
    await Promise.all([...readers, trouble]);
    expect({ seed: SEED, stale }).toEqual({ seed: SEED, stale: [] });
    // Else nothing was shown.
    expect(reads() - before).toBeGreaterThan(WRITES);
    console.log(
      'reads on the replica',
      reads() - before,
      gateways.map((gateway) => gateway.replicaCounts()),
    );
  });
});

describe('the replica', () => {
  beforeEach(async () => {
    await untilOn('replica');
    lines.length = 0;
  });

  test('does not replay: every answer comes from the primary', async () => {
    await replica.asRoot('select pg_wal_replay_pause()');
    try {
      for (let value = 1_001; value <= 1_010; value++) {
        await write(one, 1, value);
        expect(await valueOf(other, 1)).toBe(value);
      }
      expect(await place(one)).toBe('primary');
      expect(one.replicaCounts()!.fallbacks.behind).toBeGreaterThan(0);
      await eventually(() => expect(one.replicaCounts()!.lagBytes).toBeGreaterThan(0));
    } finally {
      await replica.asRoot('select pg_wal_replay_resume()');
    }
    await untilOn('replica');
    await eventually(() => expect(one.replicaCounts()!.lagBytes).toBe(0));
    // That is no loss of it.
    expect(told()).toEqual([]);
  });

  test('replays what a query is still reading: the primary answers it', async () => {
    const { running } = await begin(one);
    const before = one.replicaCounts()!.fallbacks.conflict;
    await database.asOwner('begin; lock table public.cells in access exclusive mode; commit');
    expect(await running).toMatch(/^primary \d+$/);
    expect(one.replicaCounts()!.fallbacks.conflict).toBeGreaterThan(before);
    expect(told()).toEqual([]);
  });

  test('loses one connection under a query: the primary answers it', async () => {
    const { running } = await begin(one);
    const before = one.replicaCounts()!.fallbacks.lost;
    const [{ pid } = { pid: 0 }] = await sleeping(replica.server);
    await replica.asRoot(`select pg_terminate_backend(${pid})`);
    expect(await running).toMatch(/^primary/);
    expect(one.replicaCounts()!.fallbacks.lost).toBeGreaterThan(before);
    expect(told()).toEqual([]);
  });

  test('falls silent under a query: the primary answers it and all others', async () => {
    const { running } = await begin(one);
    await replica.silence();
    try {
      const answers = await Promise.all(Array.from({ length: 30 }, () => valueOf(other, 1)));
      expect(new Set(answers).size).toBe(1);
      expect(await running).toMatch(/^primary/);
      await untilOn('primary');
      expect(told()).toEqual([UNUSED, UNUSED]);
    } finally {
      await replica.speak();
    }
    // It sleeps on, for nobody.
    await endSleepers();
    await untilOn('replica');
    expect(told().slice(2)).toEqual([USED, USED]);
  });

  test.each(['kill', 'stop'] as const)('is gone (%s) under a query, and comes back', async (how) => {
    const { running } = await begin(one);
    await replica[how]();
    expect(await running).toMatch(/^primary/);
    for (const gateway of [one, other]) {
      await write(gateway, 2, 77);
      expect(await valueOf(gateway, 2)).toBe(77);
    }
    await eventually(() => expect(told()).toEqual([UNUSED, UNUSED]));
    const level = lines.find(({ msg }) => msg === UNUSED)?.level;
    expect(level).toBe(40);
    await replica.start();
    await untilOn('replica');
    expect(told().slice(2)).toEqual([USED, USED]);
    expect(JSON.stringify(lines)).not.toContain(primary.server.authPassword);
  });

  test('has no connection free: the primary answers', async () => {
    const narrow = await startWith(replicaUrl, { DATABASE_REPLICA_POOL_SIZE: '1' });
    try {
      await untilOn('replica', [narrow]);
      const { running } = await begin(narrow);
      const before = narrow.replicaCounts()!.fallbacks.busy;
      expect(await place(narrow)).toBe('primary');
      expect(narrow.replicaCounts()!.fallbacks.busy).toBeGreaterThan(before);
      const [{ pid } = { pid: 0 }] = await sleeping(replica.server);
      await replica.asRoot(`select pg_terminate_backend(${pid})`);
      await running;
    } finally {
      await narrow.stop();
    }
  });
});

test('without its primary, a gateway reads nothing: what is old is no answer', async () => {
  await untilOn('replica');
  await primary.stop();
  const { errors } = await one.ask(alice, '{ place }');
  expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
  await primary.restart('fast');
  await untilOn('replica');
});

describe('what is no replica of the primary is not used', () => {
  // On a busy machine the first look may come too late, and that is then the reason: so it is told anew.
  const refused = (url: string, reason: RegExp) =>
    eventually(async () => {
      lines.length = 0;
      const gateway = await startWith(url);
      try {
        await eventually(() => expect(told()).toEqual([UNUSED]));
        expect(lines.find(({ msg }) => msg === UNUSED)?.reason).toMatch(reason);
        expect(await place(gateway)).toBe('primary');
        expect(gateway.replicaCounts()).toMatchObject({ reads: 0 });
      } finally {
        await gateway.stop();
      }
    });

  test('the primary itself', () => refused(database.authUrl, /follows nobody/));

  test('another server', async () => {
    const stranger = await createTestDatabase(undefined, testServer());
    try {
      await refused(stranger.authUrl, /copy of another server/);
    } finally {
      await stranger.drop();
    }
  });

  test('one that cannot be reached', () => refused('postgres://a:b@127.0.0.1:1/x', /ECONNREFUSED/));

  test('one on another timeline', () => {
    const position = { systemId: '7', timeline: 2, lsn: 5n };
    const standing = { in_recovery: true, system: '7', timeline: 2, replayed: '0/5' };
    expect(misfitOf(standing, position)).toBeUndefined();
    expect(misfitOf({ ...standing, timeline: 1 }, position)).toBe('it is on timeline 1, the primary on 2');
  });
});

test('a replica that was promoted is not used any more, nor by who reads it just then', async () => {
  await untilOn('replica');
  lines.length = 0;
  const { running } = await begin(one);
  await replica.asRoot('select pg_promote()');
  // What it would answer from now on is another history.
  await write(one, 1, 5_000);
  expect(await valueOf(other, 1)).toBe(5_000);
  // Nobody else reads on this gateway: it is found out by the look of every second, before that change or after it.
  expect(await running).toMatch(/^primary \d+$/);
  await untilOn('primary');
  expect(told()).toEqual([UNUSED, UNUSED]);
  expect(lines.find(({ msg }) => msg === UNUSED)?.reason).toMatch(/it was promoted/);
});
