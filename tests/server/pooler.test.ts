import { Writable } from 'node:stream';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { startPgbouncer, type Pooler } from '../helpers/pgbouncer';
import { atTheEnd, eventually } from '../helpers/process';
import { Follower } from '../helpers/streamFollower';

// Gateways behind a real PgBouncer in transaction mode, which has two connections for all of them. What the API does
// there is tested by the suite itself: npm run test:pooled.

const SIZE = 2;

let database: TestDatabase;
let pooler: Pooler;
let pooledUrl: string;
let gateways: TestGateway[];
let projectId: string;
/** What the gateways complain of. */
const complaints: string[] = [];
const logTo = new Writable({
  write: (text, _encoding, done) => {
    complaints.push(String(text));
    done();
  },
});
beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  projectId = await make.project(alice);
  await database.asOwner(`
    create function public.backend() returns text language sql stable set search_path = ''
    as $$ select pg_catalog.pg_backend_pid()::text $$;
    revoke all on function public.backend() from public;
    grant execute on function public.backend() to authenticated, reigh_introspector;
  `);
  pooler = await startPgbouncer(testServer(), SIZE);
  const url = new URL(database.authUrl);
  url.port = String(pooler.port);
  pooledUrl = url.toString();
  const start = () =>
    startTestGateway(
      database,
      {
        LOG_LEVEL: 'warn',
        // A busy machine is no complaint.
        SLOW_OPERATION_MS: '0',
        AUTH_DATABASE_URL: pooledUrl,
        DATABASE_LISTEN_URL: database.authUrl,
        // So rarely that what comes soon was called out.
        REALTIME_POLL_MS: '60000',
        MAINTENANCE_INTERVAL_MS: '20',
      },
      logTo,
    );
  gateways = await Promise.all([start(), start()]);
});
atTheEnd(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await pooler.stop();
  await database.drop();
});

const connections = () =>
  withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), async (root) => {
    const { rows } = await root.query<{ application: string }>(
      `select application_name as application from pg_stat_activity
       where datname = current_database() and usename = 'reigh_authenticator'`,
    );
    return rows;
  });

test('requests of two gateways share two connections', async () => {
  const asked = Array.from({ length: 60 }, (_, n) =>
    gateways[n % 2]!.ask<{ backend: string }>(alice, '{ backend }'),
  );
  const backends = new Set((await Promise.all(asked)).map(({ data }) => data!.backend));
  expect(backends.size).toBe(SIZE);
});

test('nothing of a connection outlives its transaction: no role, no settings', async () => {
  // A gateway that reflects the database acts as the introspector meanwhile.
  await Promise.all(gateways.map((gateway) => gateway.reload()));
  for (let n = 0; n < 10; n++) {
    const seen = await withClient(pooledUrl, async (client) => {
      const { rows } = await client.query(
        `select current_user as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
           current_setting('statement_timeout') as timeout, (select count(*)::int from pg_prepared_statements) as prepared`,
      );
      return rows[0] as unknown;
    });
    expect(seen).toEqual({ role: 'reigh_authenticator', claims: '', timeout: '0', prepared: 0 });
  }
});

test('subscriptions are called over a connection of their own, past the pooler', async () => {
  const followers = await Promise.all(
    gateways.map(({ url }) => new Follower({ url, actor: alice, projectId }).start()),
  );
  try {
    await eventually(async () => {
      const listeners = (await connections()).filter(({ application }) => /listener$/.test(application));
      expect(listeners).toHaveLength(gateways.length);
    });
    for (let n = 1; n <= 10; n++) {
      const { errors } = await gateways[n % 2]!.ask(
        alice,
        `mutation { createGeneration(input: { generation: { projectId: "${projectId}" } }) { clientMutationId } }`,
      );
      expect(errors).toBeUndefined();
      for (const follower of followers)
        await follower.until(() => follower.received.length >= n, `change ${n}`, 20_000);
    }
    expect(followers.map(({ errors, connections: sockets }) => ({ errors, sockets }))).toEqual(
      gateways.map(() => ({ errors: [], sockets: 1 })),
    );
    expect(complaints).toEqual([]);
  } finally {
    await Promise.all(followers.map((follower) => follower.stop()));
  }
});
