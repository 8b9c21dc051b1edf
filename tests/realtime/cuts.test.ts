import { alice } from '../helpers/actors';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { compare, NO_FAULTS } from '../helpers/streamModel';
import { Follower } from '../helpers/streamFollower';
import { faultsOf, openWorld, runWorkload, SCALE, SEED, tableOf, type World } from '../helpers/streamWorld';
import { randomOf } from '../helpers/streamWriters';

// Sockets that break at any moment, and any cursor there ever was.

let world: World;
let gateway: TestGateway;
beforeAll(async () => {
  world = await openWorld();
  gateway = await startTestGateway(world.database);
});
afterAll(async () => {
  await gateway.stop();
  await world.close();
});

test.each([1, 2, 3])('cut at any moment, history %i: every change comes once, in order', async (history) => {
  const seed = SEED + history;
  const random = randomOf(seed);
  const run = await runWorkload(world, {
    ...{ url: gateway.url, seed, writes: 200 * SCALE },
    follow: {
      // Behind any item, in the middle of what one transaction changed as well, or a little later.
      onItem: (follower) => {
        const dice = random();
        if (dice < 0.02) follower.cut();
        else if (dice < 0.04) setImmediate(() => follower.cut());
      },
    },
  });
  try {
    expect({ seed, ...run.faults }).toEqual({ seed, ...run.none });
    expect(run.followers.flatMap(({ kinds }) => kinds)).not.toContain('RESYNC');
    expect(run.followers.reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThan(10);

    // From any cursor anybody was ever given comes exactly what he had not got then.
    for (const follower of run.followers) {
      const { places, received, options } = follower;
      const last = received.at(-1)!.origin;
      for (let n = 0; n < 5; n++) {
        const place = places[Math.floor(random() * places.length)]!;
        const again = new Follower({ ...options, after: place.cursor, onItem: undefined });
        await again.start();
        await again.stop();
        const whole = [...received.slice(0, place.behind), ...again.received];
        expect({ seed, place, last, ...faultsOf(run.ledger, follower, whole) }).toEqual({
          seed,
          place,
          last,
          ...NO_FAULTS,
        });
      }
    }
  } finally {
    await run.stop();
  }
});

test('a burst of pages, cut in its midst, comes whole', async () => {
  const [projectId] = world.projects;
  const { database } = world;
  const url = gateway.url;
  const watch = async (field: 'projectChanges' | 'taskChanges', every: number) => {
    let count = 0;
    const onItem = (follower: Follower) => {
      if (++count % every === 0) follower.cut();
    };
    return new Follower({ url, actor: alice, projectId: projectId!, field, onItem }).start();
  };
  const followers = await Promise.all([watch('projectChanges', 3), watch('taskChanges', 450)]);
  // More than a page of the tail, visible at once: many sessions write, and all of them commit together.
  const expected = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const origin = `burst/${n}`;
      const ids = await database.as({ kind: 'service' }, async (client) => {
        await client.query(`select set_config('request.client_id', $1, true)`, [origin]);
        const { rows } = await client.query<{ id: string }>(
          `insert into tasks (project_id, task_type, status) select $1, 'image', 'Failed'
           from generate_series(1, 400) returning id`,
          [projectId],
        );
        return rows.map(({ id }) => id);
      });
      const changes = ids.map((id) => `INSERT TASKS ${id} {"status":"FAILED"}`);
      return { origin, changes, lastWriteAt: 0, committedAt: 1 };
    }),
  );
  for (const follower of followers) {
    await follower.until(() => follower.received.length >= 4_800, 'all of the burst');
    expect(tableOf(follower) ?? 'TASKS').toBe('TASKS');
    expect(compare(expected, follower.received)).toEqual(NO_FAULTS);
    expect(follower.connections).toBeGreaterThan(2);
    await follower.stop();
  }
});
