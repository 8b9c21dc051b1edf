import type { ClientBase } from 'pg';
import { TASK_TYPES } from '../catalog/task-types';
import { idFor } from '../random';
import type { TaskRow, World } from './rows';

/**
 * The price formula (behaviour.md, section 4), on the sample's own price list: an operator who has changed
 * his meanwhile keeps his, and the past stays what it was. In SQL, for its exact decimals.
 */
const PRICES = `
  select task.id, case when type.category = 'orchestration' then 0 else
    round(
      ( case when type.billing_type = 'per_unit' then type.unit_cost
          else type.base_cost_per_second * run.seconds end
        * coalesce((type.cost_factors -> 'resolution' ->> (task.params ->> 'resolution'))::numeric, 1)
        + coalesce((type.cost_factors ->> 'frameCount')::numeric, 0)
          * coalesce((task.params ->> 'frame_count')::numeric, 0)
          * case when type.billing_type = 'per_second' then run.seconds else 1 end )
      * coalesce((type.cost_factors -> 'modelType' ->> (task.params ->> 'model_type'))::numeric, 1),
      4) end::text as cost,
    run.seconds::int as seconds
  from jsonb_to_recordset($1) as task (
    id text, task_type text, params jsonb, generation_started_at numeric, generation_processed_at numeric)
  join jsonb_to_recordset($2) as type (
    name text, category text, billing_type text, base_cost_per_second numeric, unit_cost numeric, cost_factors jsonb)
    on type.name = task.task_type
  cross join lateral (
    select greatest(1, ceil(task.generation_started_at - task.generation_processed_at)) as seconds) as run`;

/** Prices all finished tasks and enters what was paid, and what was given back, into the ledger. */
export async function bookTasks(client: ClientBase, world: World): Promise<void> {
  const complete = world.tasks.filter((task) => task.status === 'Complete');
  const { rows } = await client.query<{ id: string; cost: string; seconds: number }>(PRICES, [
    JSON.stringify(complete),
    JSON.stringify(TASK_TYPES),
  ]);
  const prices = new Map(rows.map((row) => [row.id, row]));
  const enter = (type: 'spend' | 'refund', task: TaskRow, amount: string, at: number, metadata: object) =>
    world.ledger.push({
      id: idFor('ledger', `${type}/${task.id}`),
      user_id: world.user.id,
      amount,
      type,
      task_id: task.id,
      idempotency_key: null,
      metadata: { task_type: task.task_type, ...metadata },
      created_at: at,
    });
  for (const task of complete) {
    const price = prices.get(task.id);
    if (!price) throw new Error(`${task.task_type} has no price.`);
    task.cost = price.cost;
    const orchestrates = TASK_TYPES.some(
      (type) => type.name === task.task_type && type.category === 'orchestration',
    );
    if (orchestrates) continue;
    enter('spend', task, `-${price.cost}`, task.generation_processed_at ?? task.updated_at, {
      seconds: price.seconds,
    });
  }
  for (const { task, reason, created_at } of world.refunds) {
    if (task.cost) enter('refund', task, task.cost, created_at, { reason });
  }
}
