import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { openWorld, runWorkload, SEED, WRITES, type Progress, type World } from '../helpers/streamWorld';

// Every committed change, once, in order, whatever is done to what stands between the writer and the reader.

let world: World;
let gateway: TestGateway;
let other: TestGateway;
beforeAll(async () => {
  world = await openWorld();
  [gateway, other] = await Promise.all([startTestGateway(world.database), startTestGateway(world.database)]);
});
afterAll(async () => {
  await Promise.all([gateway.stop(), other.stop()]);
  await world.close();
});

const DISTURBANCES: Record<string, (progress: Progress) => Promise<void>> = {
  'nothing is done to it': async () => undefined,
  'the connection that listens is ended': async ({ share }) => {
    await share(0.3);
    expect(await world.terminate(`application_name = 'reigh-gateway listener'`)).toBeGreaterThan(0);
  },
  'all connections of the gateway are ended, three times': async ({ share }) => {
    for (const part of [0.3, 0.5, 0.7]) {
      await share(part);
      expect(await world.terminate(`application_name like 'reigh-gateway%'`)).toBeGreaterThan(1);
    }
  },
  'the clients are away for a part of it': async ({ share, followers }) => {
    await share(0.3);
    for (const follower of followers) follower.leave();
    await share(0.6);
    await Promise.all(followers.map((follower) => follower.comeBack()));
  },
  'the clients go on at another gateway, and come back': async ({ share, followers }) => {
    for (const [part, { url }] of [
      [0.3, other],
      [0.5, gateway],
      [0.7, other],
    ] as const) {
      await share(part);
      for (const follower of followers) follower.moveTo(url);
    }
  },
};

describe.each(Object.keys(DISTURBANCES))('%s', (name) => {
  test('every committed change comes once, in order', async () => {
    const seed = SEED + name.length;
    const run = await runWorkload(world, { url: gateway.url, seed, meanwhile: DISTURBANCES[name]! });
    try {
      expect({ seed, ...run.faults }).toEqual({ seed, ...run.none });
      expect(run.followers.flatMap(({ kinds }) => kinds)).not.toContain('RESYNC');
      // It was a workload.
      expect(run.ledger.statements).toBeGreaterThanOrEqual(WRITES);
      for (const outcome of ['committed', 'rolled back'] as const)
        expect(run.ledger.countOf(outcome)).toBeGreaterThan(WRITES / 40);
    } finally {
      await run.stop();
    }
  });
});
