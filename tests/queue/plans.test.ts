import type { QueryResultRow } from 'pg';
import { alice, gpu1, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import {
  CANCEL,
  CLAIM,
  COMPLETE,
  ENQUEUE,
  fillQueue,
  FINISHED,
  HEARTBEAT,
  inviteCrowd,
  rehearse,
  REQUEUE,
  WAITING,
  type Crowd,
  type Obstacle,
} from './crowd';
import { grown, readsOf, type Reads } from './reads';

// A million rows by the triggers take their time.
if (process.env.QUEUE === 'full') jest.setTimeout(30 * 60_000);

const OBSTACLES: Obstacle[] = ['credits', 'cap', 'dependency', 'the cap, each for a model of its own'];

/** Tables that are large in use. No call of the queue may read one from end to end. */
const LARGE = ['tasks', 'queue', 'queue_models', 'generations', 'generation_variants', 'credits_ledger'];

interface Held {
  id: string;
  attempts: number;
  project_id: string;
}

/**
 * A claim costs the same whatever has been done and whatever waits. Shown by the rows that are read; twice: with
 * plans that were made while the tables were empty and without statistics, as after an import, and with them.
 */
describe.each(OBSTACLES)(`${FINISHED} tasks finished, ${WAITING} wait in vain because of %s`, (obstacle) => {
  let database: TestDatabase;
  let crowd: Crowd;

  beforeAll(async () => {
    database = await createTestDatabase();
    crowd = await inviteCrowd(database, obstacle);
    await rehearse(database, crowd.alice, alice);
    await fillQueue(database, crowd, obstacle);
  });
  afterAll(() => database?.drop());

  describe.each(['planned on empty tables', 'planned anew'])('%s', (planned) => {
    beforeAll(async () => {
      // New statistics make every session plan anew.
      if (planned === 'planned anew') await database.asOwner('analyze');
    });

    test('a task is claimed, reported and completed by a few rows', async () => {
      const claim = await readsOf<Held>(database, gpu1, CLAIM);
      const [task] = claim.answer;
      // Not the oldest one that waits: that cannot run.
      expect(task?.project_id).toBe(crowd.alice);
      const heartbeat = await readsOf(database, gpu1, HEARTBEAT, [task?.id]);
      expect(heartbeat.answer).toEqual([{ extended: [task?.id] }]);
      const complete = await readsOf(database, gpu1, COMPLETE, [task?.id, task?.attempts]);
      expect(complete.answer).toEqual([{ status: 'Complete' }]);
      for (const reads of [claim, heartbeat, complete]) {
        expect(grown(reads)).toBeLessThanOrEqual(20);
        expect(LARGE.filter((table) => reads.whole.includes(table))).toEqual([]);
      }
    });

    test('a generation is completed by a few rows', async () => {
      const [asked] = await database.query<{ id: string }>(alice, ENQUEUE, [
        crowd.alice,
        1,
        'image_generation',
      ]);
      await database.asOwner(`update tasks set created_at = now() - interval '1 day' where id = $1`, [
        asked?.id,
      ]);
      const claim = await readsOf<Held>(database, gpu1, CLAIM);
      expect(claim.answer[0]?.id).toBe(asked?.id);
      const complete = await readsOf(database, gpu1, COMPLETE, [asked?.id, claim.answer[0]?.attempts]);
      expect(complete.answer).toEqual([{ status: 'Complete' }]);
      for (const reads of [claim, complete]) {
        expect(grown(reads)).toBeLessThanOrEqual(60);
        expect(
          LARGE.filter((table) => ['tasks', 'queue'].includes(table) && reads.whole.includes(table)),
        ).toEqual([]);
      }
    });

    test('200 tasks are enqueued and cancelled by a few rows each', async () => {
      const enqueue = await readsOf<{ id: string }>(database, alice, ENQUEUE, [
        crowd.alice,
        200,
        'image_generation',
      ]);
      const cancel = await readsOf(database, alice, CANCEL, [enqueue.answer.map(({ id }) => id)]);
      expect([enqueue.answer.length, cancel.answer.length]).toEqual([200, 200]);
      for (const reads of [enqueue, cancel]) {
        expect(grown(reads)).toBeLessThanOrEqual(200 * 12);
        expect(LARGE.filter((table) => reads.whole.includes(table))).toEqual([]);
      }
    });

    test('looking for leases that ran out reads what runs, and nothing else', async () => {
      const reads = await readsOf(database, service, REQUEUE);
      expect(reads.answer).toEqual([]);
      // Five of Bob run at most.
      expect(grown(reads)).toBeLessThanOrEqual(20);
      expect(LARGE.filter((table) => reads.whole.includes(table))).toEqual([]);
    });

    test('the tasks pane and its numbers read a page, and what is open', async () => {
      const pane = await readsOf(
        database,
        alice,
        `select id, status from tasks where project_id = $1 and parent_task_id is null
         order by pane_group, pane_position, id limit 50`,
        [crowd.alice],
      );
      expect(pane.answer.length).toBe(50);
      expect(grown(pane)).toBeLessThanOrEqual(60);
      const counts = await readsOf<{ processing: number }>(
        database,
        alice,
        'select * from task_status_counts($1)',
        [crowd.alice],
      );
      expect(counts.answer[0]?.processing).toBeGreaterThan(WAITING - 10);
      // Of the finished ones only those of the last hour: 30 of hers, and what the tests before finished.
      expect(grown(counts)).toBeLessThanOrEqual(WAITING + 600);
    });

    test('what an autoscaler asks reads the queue once, and no task', async () => {
      const counts = await readsOf<{ eligible: number }>(
        database,
        service,
        `select * from task_counts('gpu')`,
      );
      expect(counts.answer[0]?.eligible).toBeGreaterThan(WAITING - 10);
      expect(counts.rows.tasks ?? 0).toBe(0);
      expect(counts.rows.queue).toBeLessThanOrEqual(2 * WAITING + 20);
    });
  });
});

/** Bob waits for many models with five running. One of these ends and he is the next: his lane opens and closes. */
async function letInAndShutOut(change = ''): Promise<Record<'complete' | 'claim', Reads<QueryResultRow>>> {
  const database = await createTestDatabase();
  try {
    const obstacle = 'the cap, each for a model of its own';
    const crowd = await inviteCrowd(database, obstacle);
    await fillQueue(database, crowd, obstacle);
    await database.asOwner(change);
    const [running] = await database.asOwner<{ id: string }>(
      `select id from tasks where project_id = $1 and status = 'In Progress' limit 1`,
      [crowd.bob],
    );
    const complete = await readsOf(database, service, COMPLETE, [running?.id, 1]);
    const claim = await readsOf<Held>(database, gpu1, CLAIM);
    expect(claim.answer[0]?.project_id).toBe(crowd.bob);
    return { complete, claim };
  } finally {
    await database.drop();
  }
}

test('a user who waits for many models is let in and shut out by a few rows', async () => {
  const { complete, claim } = await letInAndShutOut();
  expect(grown(complete)).toBeLessThanOrEqual(20);
  expect(grown(claim)).toBeLessThanOrEqual(20);
});

describe('these tests', () => {
  let database: TestDatabase;
  let crowd: Crowd;

  beforeAll(async () => {
    database = await createTestDatabase();
    crowd = await inviteCrowd(database, 'credits');
  });
  afterAll(() => database?.drop());

  test('see a session whose first change was of thousands, and which keeps its plans', async () => {
    const ids = await database.query<{ id: string }>(alice, ENQUEUE, [crowd.alice, 400, 'orchestrator']);
    await database.query(service, `update tasks set error_message = 'Changed' where id = any ($1)`, [
      ids.map(({ id }) => id),
    ]);
    await fillQueue(database, crowd, 'credits');
    expect(grown(await readsOf(database, gpu1, CLAIM))).toBeLessThanOrEqual(20);
  });

  test('would see a claim that reads what waits', async () => {
    await database.asOwner('drop index app_private.queue_waiting_idx');
    expect(grown(await readsOf(database, gpu1, CLAIM))).toBeGreaterThan(WAITING);
  });

  test('would see a lane that opens and closes each of the models', async () => {
    const { complete, claim } = await letInAndShutOut(`
      create function app_private.touch_models() returns trigger language plpgsql security definer as $$
      begin
        update app_private.queue_models m set head_at = m.head_at where m.user_id = new.user_id;
        return null;
      end $$;
      create trigger touch_models after update on app_private.queue_lanes
        for each row when (old.is_open is distinct from new.is_open) execute function app_private.touch_models()`);
    for (const reads of [complete, claim]) expect(grown(reads)).toBeGreaterThan(WAITING - 10);
  });
});
