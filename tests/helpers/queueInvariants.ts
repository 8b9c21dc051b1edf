import type { TestDatabase } from './database';
import { brokenOf, type Violations } from './violations';

/** What the queue must be, reckoned from tasks, projects, types and users alone. */
const EXPECTED = `
  select t.id as task_id, p.user_id, k.run_type,
    case when jsonb_typeof(t.params -> 'model') = 'string' then left(t.params ->> 'model', 200) else '' end as model,
    k.category = 'orchestration' as is_orchestration,
    k.is_active and (select count(*) from tasks d where d.id = any (t.dependant_on) and d.status <> 'Complete') = 0 as is_ready,
    t.status = 'In Progress' as is_running, k.is_active, t.created_at
  from tasks t join projects p on p.id = t.project_id join task_types k on k.name = t.task_type
  where t.status in ('Queued', 'In Progress')`;

/** What must hold after every commit (behaviour: task queue, credits), each as a query for what breaks it. */
const VIOLATIONS: Violations = {
  'the queue is the open tasks': `
    select x as expected, q as found
    from (${EXPECTED}) x full join (
      select task_id, user_id, run_type, model, is_orchestration, is_ready, is_running, is_active, created_at
      from app_private.queue
    ) q using (task_id)
    where to_jsonb(x) is distinct from to_jsonb(q)`,
  'only what runs has started': `
    select q.task_id from app_private.queue q where q.has_started and not q.is_running`,
  'the lanes are the heads of the queue': `
    select x as expected, l as found
    from (
      select distinct on (e.user_id, e.run_type) e.user_id, e.run_type, e.created_at as head_at, e.task_id as head_id,
        u.credits > 0 and coalesce(u.settings #>> '{ui,generationMethods,inCloud}', '') <> 'false' and (
          select count(*) from tasks t join projects p on p.id = t.project_id join task_types k on k.name = t.task_type
          where p.user_id = e.user_id and t.status = 'In Progress' and k.category <> 'orchestration'
        ) < 5 as is_open
      from (${EXPECTED}) e join users u on u.id = e.user_id
      where e.is_ready and not e.is_running
      order by e.user_id, e.run_type, e.created_at, e.task_id
    ) x full join app_private.queue_lanes l using (user_id, run_type)
    where to_jsonb(x) is distinct from to_jsonb(l)`,
  'the models have the heads of the queue': `
    select x as expected, m as found
    from (
      select distinct on (e.user_id, e.run_type, e.model) e.user_id, e.run_type, e.model,
        e.created_at as head_at, e.task_id as head_id
      from (${EXPECTED}) e
      where e.is_ready and not e.is_running and e.model <> ''
      order by e.user_id, e.run_type, e.model, e.created_at, e.task_id
    ) x full join app_private.queue_models m using (user_id, run_type, model)
    where to_jsonb(x) is distinct from to_jsonb(m)`,
  'no user has more than five running': `
    select p.user_id, count(*) as running
    from tasks t join projects p on p.id = t.project_id join task_types k on k.name = t.task_type
    where t.status = 'In Progress' and k.category <> 'orchestration'
    group by p.user_id having count(*) > 5`,
  'nothing waits for what ended badly': `
    select t.id from tasks t join tasks d on d.id = any (t.dependant_on)
    where t.status = 'Queued' and d.status in ('Failed', 'Cancelled')`,
  'nothing open is directed by what was cancelled': `
    select t.id from tasks t join tasks d on d.id = t.parent_task_id
    where t.status in ('Queued', 'In Progress') and d.status = 'Cancelled'`,
  'a state has what goes with it': `
    select t.id, t.status from tasks t
    where case t.status
      when 'Queued' then t.worker_id is not null or t.lease_expires_at is not null or t.generation_started_at is not null
      when 'In Progress' then t.attempts < 1 or t.lease_expires_at is null or t.generation_started_at is null
      else t.lease_expires_at is not null or t.generation_processed_at is null end`,
  'a lost attempt is over': `
    select t.id from tasks t join app_private.lost_attempts l on l.task_id = t.id
    where l.attempt > t.attempts or l.attempt = t.attempts and t.status in ('In Progress', 'Complete')`,
  'credits are the sum of the ledger': `
    select u.id, u.credits from users u
    where u.credits <> coalesce((select sum(l.amount) from credits_ledger l where l.user_id = u.id), 0)`,
  'a complete task has one spend, its cost and an output, another has none': `
    select t.id, t.status from tasks t join task_types k on k.name = t.task_type
    where (t.status = 'Complete' and k.category <> 'orchestration') is distinct from (
      t.result_data #> '{output,generation_id}' is not null
      and (select array_agg(-l.amount) from credits_ledger l where l.task_id = t.id and l.type = 'spend') = array[t.cost]
    ) or (t.status <> 'Complete' or k.category = 'orchestration')
      and exists (select from credits_ledger l where l.task_id = t.id)`,
  'a task has made one generation at most': `
    select g.task_id from generations g where g.task_id is not null group by g.task_id having count(*) > 1`,
  'what is refunded was spent': `
    select r.task_id from credits_ledger r where r.type = 'refund' and not exists (
      select from credits_ledger s where s.task_id = r.task_id and s.type = 'spend' and s.amount = -r.amount and s.user_id = r.user_id)`,
};

/** The names of the rules, for the test that each of them is noticed when it is broken. */
export const QUEUE_RULES = Object.keys(VIOLATIONS);

/** The invariants of the queue that do not hold now, by name, with an example; empty when all is well. */
export function brokenQueue(database: Pick<TestDatabase, 'asOwner'>): Promise<Record<string, unknown>> {
  return brokenOf(database, VIOLATIONS);
}
