import type { TestDatabase } from './database';
import { queueOf, worker, type openSessions, type RunType, type Task } from './queue';

/** What a claim left behind, seen by its own transaction while it still has the owner's lock. */
export interface Look {
  running: number;
  older_of_model: number;
  older: number;
  of_loaded_model: number;
  unmet: number;
  credits: number;
  wants_cloud: boolean;
  is_of_run_type: boolean;
}

/**
 * Counts beside a claimed task, from the tables of the domain and not from the queue's own. `older`: tasks of
 * the same owner that could have been handed out instead and were enqueued before.
 */
export async function installLook(database: TestDatabase): Promise<void> {
  await database.asOwner(`
    create function public.look_at_claim(task_id uuid, wanted public.run_type, loaded text, out running int,
      out older_of_model int, out older int, out of_loaded_model int, out unmet int, out credits float8,
      out wants_cloud boolean, out is_of_run_type boolean)
    language sql stable security definer set search_path = 'public'
    as $$
      with it as (
        select t.*, p.user_id, k.run_type from tasks t join projects p on p.id = t.project_id join task_types k on k.name = t.task_type
        where t.id = look_at_claim.task_id
      ), others as (
        select t.*, coalesce(t.params ->> 'model', '') as model, k.category, k.run_type
        from it join projects p on p.user_id = it.user_id join tasks t on t.project_id = p.id join task_types k on k.name = t.task_type
        where k.is_active and t.id <> it.id
      ), instead as (
        select o.*, (o.created_at, o.id) < (it.created_at, it.id) as is_older, o.model = coalesce(it.params ->> 'model', '') as is_same
        from others o, it
        where o.status = 'Queued' and o.run_type = look_at_claim.wanted
          and not exists (select from tasks d where d.id = any (o.dependant_on) and d.status <> 'Complete')
      )
      select (select count(*) from (select id, status, category from others union all
          select it.id, it.status, k.category from it join task_types k on k.name = it.task_type) r
          where r.status = 'In Progress' and r.category <> 'orchestration')::int,
        (select count(*) from instead i where i.is_older and i.is_same)::int,
        (select count(*) from instead i where i.is_older)::int,
        (select count(*) from instead i where i.model = look_at_claim.loaded)::int,
        (select count(*) from tasks d, it where d.id = any (it.dependant_on) and d.status <> 'Complete')::int,
        u.credits, coalesce(u.settings #>> '{ui,generationMethods,inCloud}', '') <> 'false', it.run_type = look_at_claim.wanted
      from it join users u on u.id = it.user_id
    $$`);
  await database.asOwner(
    'grant execute on function public.look_at_claim(uuid, run_type, text) to worker, service_role',
  );
}

export interface Claimer {
  id: string;
  runType: RunType;
  /** The model it has loaded, or ''. */
  model: string;
  sameModelOnly: boolean;
}

export interface Delivery {
  claimer: Claimer;
  task: Task;
  look: Look;
}

/** One claim, and a look at what it did before it is committed. */
export async function claimAndLook(
  sessions: Pick<TestDatabase, 'as'>,
  claimer: Claimer,
): Promise<Delivery | undefined> {
  return sessions.as(worker(claimer.id), async (client) => {
    const {
      rows: [task],
    } = await client.query<Task>('select * from claim_next_task($1, $2, $3)', [
      claimer.id,
      claimer.runType,
      claimer.sameModelOnly,
    ]);
    if (!task?.id) return undefined;
    const { rows } = await client.query<Look>('select * from look_at_claim($1, $2, $3)', [
      task.id,
      claimer.runType,
      claimer.model,
    ]);
    return { claimer, task, look: rows[0]! };
  });
}

/**
 * Lets all claimers work side by side until none finds anything and nothing runs any more. A claimer that finds
 * nothing waits for somebody's task to end, and looks again. Chance decides what becomes of a task: done, failed,
 * given back, or held while the next is claimed.
 */
export async function workOff(
  sessions: ReturnType<typeof openSessions>,
  claimers: Claimer[],
  chance: () => number,
): Promise<Delivery[]> {
  const queue = queueOf(sessions);
  const deliveries: Delivery[] = [];
  let ended = 0;
  let idle = 0;
  let over = false;
  let awake: (() => void)[] = [];
  const wake = () => {
    const sleepers = awake;
    awake = [];
    idle -= sleepers.length;
    for (const rise of sleepers) rise();
  };

  const work = async (claimer: Claimer) => {
    const held: Task[] = [];
    const end = async (task: Task) => {
      const luck = chance();
      if (luck < 0.8) await queue.complete(task);
      else await queue.fail(task, luck < 0.93);
      ended += 1;
      wake();
    };
    while (!over) {
      const seen = ended;
      const delivery = await claimAndLook(sessions, claimer);
      if (delivery) {
        deliveries.push(delivery);
        if (chance() < 0.5) held.push(delivery.task);
        else await end(delivery.task);
      } else if (held.length > 0) {
        await end(held.shift()!);
      } else if (seen === ended) {
        idle += 1;
        if (idle === claimers.length) {
          over = true;
          wake();
        } else await new Promise<void>((rise) => awake.push(rise));
      }
    }
  };
  await Promise.all(claimers.map(work));
  return deliveries;
}

/** Looks again and again from a session of its own while something goes on; returns how often, and the most it saw. */
export async function observeWhile(
  database: TestDatabase,
  work: Promise<unknown>,
): Promise<{ looks: number; most: number }> {
  const seen = { looks: 0, most: 0 };
  let going = true;
  const end = () => (going = false);
  void work.then(end, end);
  while (going) {
    const [row] = await database.asOwner<{ most: number }>(
      `select coalesce(max(n), 0)::int as most from (
         select count(*) as n from tasks t join projects p on p.id = t.project_id join task_types k on k.name = t.task_type
         where t.status = 'In Progress' and k.category <> 'orchestration' group by p.user_id) c`,
    );
    seen.looks += 1;
    seen.most = Math.max(seen.most, row!.most);
  }
  return seen;
}

/** Numbers from 0 to 1 that come again with the same seed. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
