import { Client } from 'pg';
import { alice, service } from '../helpers/actors';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { eventually } from '../helpers/process';
import { Follower, type FollowerOptions } from '../helpers/streamFollower';
import { openWorld, writeFences, type World } from '../helpers/streamWorld';
import { Ledger } from '../helpers/streamLedger';
import { readCursor, writeCursor } from '../../server/realtime/cursor';

let world: World;
let gateway: TestGateway;
let projectId: string;
beforeAll(async () => {
  world = await openWorld();
  gateway = await startTestGateway(world.database);
  projectId = world.projects[0]!;
});
afterAll(async () => {
  await gateway.stop();
  await world.close();
});

const follow = (options: Partial<FollowerOptions> = {}) =>
  new Follower({ url: gateway.url, actor: alice, projectId, ...options });

/** One change of the project, and which it was. */
const write = async (): Promise<string> => {
  const [row] = await world.database.query<{ id: string }>(
    service,
    `insert into tasks (project_id, task_type, status) values ($1, 'image', 'Failed') returning id`,
    [projectId],
  );
  return row!.id;
};
const has = (follower: Follower, id: string) =>
  follower.received.filter(({ change }) => change.includes(id)).length;

describe('READY', () => {
  test('what is begun after it is always delivered, from the very first on', async () => {
    for (let round = 0; round < 100; round++) {
      const follower = await follow().start();
      const id = await write();
      await follower.until(() => has(follower, id) > 0, `write ${round}`);
      expect(follower.received).toHaveLength(1);
      await follower.stop();
    }
  });

  test('the same while others follow, and write', async () => {
    const others = await Promise.all([follow().start(), follow({ field: 'taskChanges' }).start()]);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 10; round++) {
          const follower = await follow().start();
          const id = await write();
          await follower.until(() => has(follower, id) > 0, `write ${round}`);
          expect(has(follower, id)).toBe(1);
          await follower.stop();
        }
      }),
    );
    for (const other of others) {
      await other.until(() => other.received.length >= 80, 'all writes');
      expect(new Set(other.received.map(({ change }) => change)).size).toBe(80);
      await other.stop();
    }
  });
});

describe('the tail', () => {
  const statements = async () =>
    (
      await world.asRoot<{ pid: number; query_start: Date }>(
        `select pid, query_start from pg_stat_activity
         where datname = current_database() and application_name = 'reigh-gateway' order by pid`,
      )
    ).map(({ pid, query_start }) => `${pid} ${query_start.toISOString()}`);

  test('is quiet when nobody follows any more, and there for the next one', async () => {
    for (let round = 0; round < 10; round++) {
      const followers = [follow(), follow({ field: 'taskChanges' }), follow()];
      await Promise.all(followers.slice(0, 2).map((follower) => follower.start()));
      // One of them leaves before he knows whether he may follow.
      followers[2]!.open();
      await Promise.all(followers.map((follower) => follower.stop()));
    }
    // The same statements as at the last look, many looks in a row, while the project changes.
    let before: string[] = [];
    let same = 0;
    await eventually(async () => {
      await write();
      const now = await statements();
      same = now.join() === before.join() ? same + 1 : 0;
      before = now;
      // Twice the time after which a tail that is at work looks by itself.
      expect(same).toBeGreaterThan(25);
    });
    expect(before).not.toEqual([]);
    const follower = await follow().start();
    // It can be seen at work.
    await eventually(async () => expect(await statements()).not.toEqual(before));
    const id = await write();
    await follower.until(() => has(follower, id) === 1, 'the next write');
    await follower.stop();
  });
});

describe('a call', () => {
  test('who found another one calling, and commits after it, is not left until the next poll', async () => {
    const patient = await startTestGateway(world.database, { REALTIME_POLL_MS: '60000' });
    const follower = await follow({ url: patient.url }).start();
    const open = async () => {
      const client = new Client({ connectionString: world.database.ownerUrl });
      await client.connect();
      await client.query('begin');
      const { rows } = await client.query<{ id: string }>(
        `insert into tasks (project_id, task_type, status) values ($1, 'image', 'Failed') returning id`,
        [projectId],
      );
      // As at its commit: it calls, or finds that another one does.
      await client.query('set constraints all immediate');
      return { client, id: rows[0]!.id };
    };
    const caller = await open();
    const other = await open();
    await caller.client.query('commit');
    await follower.until(() => has(follower, caller.id) > 0, 'the one that called');
    await other.client.query('commit');
    await follower.until(() => has(follower, other.id) > 0, 'the one that did not', 20_000);
    await Promise.all([caller.client.end(), other.client.end(), follower.stop()]);
    await patient.stop();
  });
});

describe('a cursor', () => {
  test.each(['', 'x', 'not a cursor', 'AAAA', Buffer.from('1.2.3').toString('base64url')])(
    'that is none is refused: %j',
    async (after) => {
      const follower = follow({ after }).open();
      await follower.until(() => follower.errors.length > 0, 'an error');
      expect(follower.errors[0]).toContain('INVALID_INPUT');
      expect(follower.kinds).toEqual([]);
      await follower.stop();
    },
  );

  const expectResync = async (after: string) => {
    const follower = await follow({ after }).start();
    expect(follower.kinds).toEqual(['RESYNC', 'READY']);
    const id = await write();
    await follower.until(() => has(follower, id) > 0, 'the next write');
    expect(follower.received).toHaveLength(1);
    // Its own cursor is one to go on from.
    follower.leave();
    const missed = await write();
    await follower.comeBack();
    expect(follower.kinds.filter((kind) => kind === 'RESYNC')).toHaveLength(1);
    expect(follower.received).toHaveLength(2);
    expect(has(follower, missed)).toBe(1);
    await follower.stop();
  };
  const cursorNow = async () => {
    const follower = await follow().start();
    await follower.stop();
    return follower.cursor!;
  };

  const epochNow = async () => {
    const [standing] = await world.database.query<{ epoch: string }>(
      service,
      'select epoch from realtime.standing()',
    );
    return standing!.epoch;
  };

  test('of another history gives RESYNC, and live changes', async () => {
    const { since } = readCursor(await cursorNow());
    const epoch = (await epochNow()).replace(/^./, (first) => (first === 'a' ? 'b' : 'a'));
    await expectResync(writeCursor({ epoch, since }));
  });

  test('from the future gives RESYNC, and live changes', async () => {
    const { since } = readCursor(await cursorNow());
    const next = since.next + 1_000_000n;
    await expectResync(writeCursor({ epoch: await epochNow(), since: { next, running: [] } }));
  });

  test('older than the log gives RESYNC, and live changes', async () => {
    const cursor = await cursorNow();
    await write();
    // As if a day had passed: the marks are as old as is asked for.
    const prune = () =>
      world.database.query<{ prune: number }>(service, `select realtime.prune('0 s', 1000000)`);
    await prune();
    await eventually(async () => {
      await prune();
      expect(await world.database.asOwner('select from realtime.changes')).toEqual([]);
    });
    await expectResync(cursor);
  });

  test('of another gateway that is ahead doubles nothing', async () => {
    const other = await startTestGateway(world.database, { REALTIME_POLL_MS: '5000' });
    const there = await follow({ url: other.url }).start();
    const here = await follow().start();
    for (let round = 0; round < 20; round++) {
      const id = await write();
      await here.until(() => has(here, id) > 0, 'a write');
      // As soon as the one has it, and whether the other one has looked or not.
      const [url, back] = round % 2 === 0 ? [other.url, gateway.url] : [gateway.url, other.url];
      here.moveTo(url);
      there.moveTo(back);
    }
    const fences = await writeFences(world.database.authUrl, new Ledger(), world.corners[0]!);
    for (const follower of [here, there]) {
      await follower.until(() => follower.countOf(fences.get(projectId)!) > 0, 'the last change');
      const changes = follower.received.filter(({ origin }) => origin === '').map(({ change }) => change);
      expect(changes).toHaveLength(20);
      expect(new Set(changes).size).toBe(20);
      await follower.stop();
    }
    await other.stop();
  });
});
