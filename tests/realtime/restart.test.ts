import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { startOwnServer, type OwnServer } from '../helpers/ownServer';
import { atTheEnd, serve, type GatewayProcess } from '../helpers/process';
import { TEST_SECRET } from '../helpers/actors';
import { openWorld, runWorkload, SEED, type World } from '../helpers/streamWorld';

// The database stops and comes back, the gateway is killed and another one takes over: on servers and processes of
// this file's own.

let own: OwnServer;
let world: World;
beforeAll(async () => {
  own = await startOwnServer();
  world = await openWorld(own.server);
  atTheEnd(async () => {
    await world.close();
    await own.stop();
  });
});

describe('the database restarts', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(world.database);
  });
  afterAll(() => gateway.stop());

  test.each(['fast', 'crash'] as const)('%s: every committed change comes once, in order', async (how) => {
    const seed = SEED + how.length;
    let backAfter = NaN;
    const run = await runWorkload(world, {
      ...{ url: gateway.url, seed },
      meanwhile: async ({ share, followers }) => {
        await share(0.4);
        await own.restart(how);
        const back = performance.now();
        const before = followers.map(({ received }) => received.length);
        await Promise.all(
          followers
            .slice(0, 1)
            .map((follower, n) =>
              follower.until(() => follower.received.length > before[n]!, 'to be live again'),
            ),
        );
        backAfter = performance.now() - back;
      },
    });
    try {
      expect({ seed, ...run.faults }).toEqual({ seed, ...run.none });
      expect(run.followers.flatMap(({ kinds }) => kinds)).not.toContain('RESYNC');
      // The sockets stayed.
      expect(run.followers.map(({ connections }) => connections)).toEqual(run.followers.map(() => 1));
      expect(backAfter).toBeLessThan(10_000);
      console.log(
        `${how}: live again ${Math.round(backAfter)} ms after the database was`,
        `${run.unknown} commits unanswered`,
      );
    } finally {
      await run.stop();
    }
  });
});

describe('the gateway is killed', () => {
  const start = (): Promise<GatewayProcess> =>
    serve({
      NODE_ENV: 'test',
      AUTH_DATABASE_URL: world.database.authUrl,
      JWT_SECRET: TEST_SECRET,
      LOG_LEVEL: 'warn',
      MAINTENANCE_INTERVAL_MS: '0',
    });

  test('whoever goes on at another one gets every committed change once, in order', async () => {
    const seed = SEED;
    const first = await start();
    const run = await runWorkload(world, {
      ...{ url: first.url, seed },
      meanwhile: async ({ share, followers }) => {
        await share(0.4);
        first.signal('SIGKILL');
        await first.exit;
        const second = await start();
        for (const follower of followers) follower.moveTo(second.url);
      },
    });
    try {
      expect({ seed, ...run.faults }).toEqual({ seed, ...run.none });
      expect(run.followers.flatMap(({ kinds }) => kinds)).not.toContain('RESYNC');
    } finally {
      await run.stop();
    }
    // Thousands of commits, each waiting for the disk: on a slow one that takes a minute.
  }, 180_000);
});
