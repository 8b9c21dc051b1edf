import { alice, bob, gpu1, gpu2, service, type Actor } from './actors';
import type { Draw } from './changes';
import { worker, type Task } from './queue';

export const api1 = worker('api-1');
const WORKERS = [gpu1, gpu2, api1] as const;
const MODELS = ['', 'flux', 'wan'];
const NONE = '00000000-0000-4000-8000-00000000dead';

/** What is there before a transaction, each list oldest first. */
export interface Scene {
  projects: string[];
  shots: string[];
  generations: string[];
  tasks: Pick<Task, 'id' | 'status' | 'attempts' | 'worker_id' | 'project_id'>[];
  /** A number nobody drew before in this sequence, for new ids. */
  turn: number;
}

/** One transaction: who does it, and what. */
export interface Call {
  who: Actor | 'owner of the database';
  sql: string;
}

type Change = (scene: Scene, draw: Draw) => Call;

const pick = (ids: string[], n: number) => `'${ids[n % ids.length] ?? NONE}'`;
const several = (ids: string[], n: number) =>
  `'{${ids.filter((_, place) => (n >> (place % 16)) % 2 === 1).join(',')}}'::uuid[]`;
const idsOf = (tasks: { id: string }[]) => tasks.map(({ id }) => id);
const person = (n: number): Actor => (n % 5 === 0 ? service : n % 2 ? alice : bob);
const workerOf = (n: number) => WORKERS[n % WORKERS.length]!;
const named = (actor: Actor) => (actor.kind === 'worker' ? actor.id : '');
/** A task, one of those that stand like this if there is one and chance does not want another. */
const taskOf = ({ tasks }: Scene, status: Task['status'], n: number) => {
  const fit = n % 7 === 0 ? tasks : tasks.filter((task) => task.status === status);
  return (fit.length ? fit : tasks)[n % (fit.length || tasks.length || 1)];
};
/** An end of a running task: mostly by its worker under its number, sometimes by another or too late. */
const reports = (scene: Scene, [a, b, c]: Draw, call: (id: string, attempt: number) => string): Call => {
  const task = taskOf(scene, 'In Progress', a);
  const holder = b % 6 === 0 ? workerOf(c) : b % 6 === 1 ? service : worker(task?.worker_id ?? 'gpu-1');
  return {
    who: holder,
    sql: `select ${call(task?.id ?? NONE, (task?.attempts ?? 1) - (c % 8 === 0 ? 1 : 0))}`,
  };
};
const newId = (turn: number, place: number) =>
  `'${String(turn).padStart(8, '0')}-0000-4000-8000-${String(place).padStart(12, '0')}'`;
const request = (fields: Partial<Record<'id' | 'type' | 'params' | 'parent' | 'deps' | 'key', string>>) =>
  `row(${fields.id ?? 'null'}, '${fields.type ?? 'image'}', ${fields.params ?? `'{}'`}, ${fields.parent ?? 'null'}, ${fields.deps ?? 'null'}, ${fields.key ?? 'null'})`;
const enqueue = (who: Actor, project: string, ...requests: string[]): Call => ({
  who,
  sql: `select enqueue_tasks(${project}, array[${requests.join(', ')}]::task_request[])`,
});
const withModel = (n: number) => `'{"model": "${MODELS[n % 3]}"}'`;
const type = (n: number) => ['image', 'image', 'remote', 'conduct'][n % 4]!;

/** Calls of the queue's functions: what a rule does not refuse must not fail in any other way. */
export const CALLS: Record<string, Change> = {
  'enqueue one': ({ projects }, [a, b, c]) =>
    enqueue(person(a), pick(projects, b), request({ type: type(c), params: withModel(b) })),
  'enqueue one for a target': ({ projects, generations, shots }, [a, b, c, d]) =>
    enqueue(
      person(a),
      pick(projects, b),
      request({
        params: `jsonb_build_object('${['generation_id', 'parent_generation_id', 'based_on'][c % 3]}', ${pick(generations, c)},
          'shot_id', ${d % 2 ? pick(shots, d) : 'null'}, 'make_primary', ${String(c % 2 === 0)}, 'child_order', ${c % 5}, 'add_in_position', true)`,
      }),
    ),
  'enqueue after others': ({ projects, tasks, turn }, [a, b, c, d]) =>
    enqueue(
      person(a),
      pick(projects, b),
      request({ id: newId(turn, 1), type: type(c), deps: `array[${pick(idsOf(tasks), d)}]::uuid[]` }),
      request({ id: newId(turn, 2), deps: `array[${newId(turn, 1)}]::uuid[]` }),
      request({ deps: `array[${newId(turn, 1)}, ${newId(turn, 2)}]::uuid[]` }),
    ),
  'enqueue parts': ({ projects, tasks, turn }, [a, b, c, d]) =>
    enqueue(
      person(a),
      pick(projects, b),
      request({ id: newId(turn, 1), type: 'conduct', parent: c % 3 ? 'null' : pick(idsOf(tasks), c) }),
      request({ parent: newId(turn, 1), params: withModel(d) }),
      request({ parent: newId(turn, 1), deps: c % 2 ? `array[${newId(turn, 1)}]::uuid[]` : 'null' }),
    ),
  'enqueue under a key': ({ projects }, [a, b, c]) =>
    enqueue(person(a), pick(projects, b), request({ key: `'k${c % 3}'`, type: type(b) })),
  claim: (_, [a, b]) => ({
    who: workerOf(a),
    sql: `select claim_next_task('${named(workerOf(a))}', '${workerOf(a) === api1 ? 'api' : 'gpu'}', ${String(b % 5 === 0)})`,
  }),
  'claim three': (_, [a]) => ({
    who: workerOf(a),
    sql: `select claim_next_task('${named(workerOf(a))}', '${workerOf(a) === api1 ? 'api' : 'gpu'}') from generate_series(1, 3)`,
  }),
  heartbeat: ({ tasks }, [a, b, c]) => ({
    who: workerOf(a),
    sql: `select heartbeat('${named(workerOf(a))}', current_model => '${MODELS[b % 3]}', task_ids => ${several(idsOf(tasks), c)})`,
  }),
  start: (scene, draw) => reports(scene, draw, (id, attempt) => `start_generation('${id}', ${attempt})`),
  complete: (scene, draw) =>
    reports(scene, draw, (id, attempt) => `complete_task('${id}', ${attempt}, 'o${draw[3]}.png')`),
  'complete again': (scene, [a]) => {
    const task = taskOf(scene, 'Complete', a);
    return {
      who: service,
      sql: `select complete_task('${task?.id ?? NONE}', ${task?.attempts ?? 1}, 'again.png')`,
    };
  },
  fail: (scene, draw) =>
    reports(
      scene,
      draw,
      (id, attempt) => `fail_task('${id}', ${attempt}, 'broke', ${String(draw[3] % 3 > 0)})`,
    ),
  cancel: ({ tasks }, [a, b]) => ({
    who: person(a),
    sql: `select cancel_tasks(array[${pick(idsOf(tasks), b)}]::uuid[])`,
  }),
  'cancel several': ({ tasks }, [a, b]) => ({
    who: service,
    sql: `select cancel_tasks(${several(idsOf(tasks), a & b)})`,
  }),
  'take back what is stale': () => ({ who: service, sql: 'select requeue_stale_tasks()' }),
  'grant credits': (_, [a, b]) => ({
    who: service,
    sql: `select grant_credits('${a % 2 ? alice.id : bob.id}', ${[5, 0.05, -0.05, -20][b % 4]})`,
  }),
  refund: (scene, [a]) => ({
    who: service,
    sql: `select refund_task('${taskOf(scene, 'Complete', a)?.id ?? NONE}', 'bad')`,
  }),
  'want the cloud or not': (_, [a, b]) => ({
    who: a % 2 ? alice : bob,
    sql: `select patch_settings('user', '${a % 2 ? alice.id : bob.id}', 'ui', '{"generationMethods": {"inCloud": ${['true', 'false', 'null'][b % 3]}}}')`,
  }),
};

/** What happens beside the queue, past its functions; rules and references may refuse it. */
export const EVENTS: Record<string, Change> = {
  'leases run out': ({ tasks }, [a]) => ({
    who: 'owner of the database',
    sql: `update tasks set lease_expires_at = now() - interval '1 second' where status = 'In Progress' and id = any (${several(idsOf(tasks), a)})`,
  }),
  'write a status': (scene, [a, b]) => ({
    who: service,
    // Except what only complete_task can do rightly, and what would break the cap by hand.
    sql: `update tasks t set status = '${['Queued', 'In Progress', 'Complete', 'Failed', 'Cancelled'][b % 5]}'
      where id = '${taskOf(scene, (['Queued', 'In Progress', 'Complete'] as const)[a % 3]!, a)?.id ?? NONE}'
        and (${String(b % 5 !== 2)} or status <> 'In Progress' or task_type = 'conduct')
        and (${String(b % 5 !== 1)} or task_type = 'conduct' or (select count(*) < 5 from tasks r where r.status = 'In Progress'))`,
  }),
  'retire a type or bring it back': (_, [a, b]) => ({
    who: service,
    sql: `update task_types set is_active = ${String(b % 2 === 0)} where name = '${type(a)}'`,
  }),
  'change who runs a type': (_, [a, b]) => ({
    who: service,
    sql: `update task_types set run_type = '${b % 2 ? 'gpu' : 'api'}' where name = '${type(a)}'`,
  }),
  'delete a generation': ({ generations }, [a, b]) => ({
    who: person(b),
    sql: `delete from generations where id = ${pick(generations, a)}`,
  }),
  'delete a shot': ({ shots }, [a, b]) => ({
    who: person(b),
    sql: `delete from shots where id = ${pick(shots, a)}`,
  }),
  'delete tasks': ({ tasks }, [a, b]) => ({
    who: service,
    sql: `delete from tasks where id = any (${several(idsOf(tasks), a & b)})`,
  }),
  'delete a project': ({ projects }, [a, b]) => ({
    who: person(b),
    sql: `delete from projects where id = ${pick(projects, a)} and ${String(b % 4 === 0)}`,
  }),
  'give a project away': ({ projects }, [a, b]) => ({
    who: service,
    sql: `update projects p set user_id = '${b % 2 ? alice.id : bob.id}' where id = ${pick(projects, a)}
      and (select count(*) <= 5 from tasks t where t.status = 'In Progress' and t.task_type <> 'conduct')`,
  }),
  'delete a worker': (_, [a]) => ({
    who: service,
    sql: `delete from workers where id = '${named(workerOf(a))}'`,
  }),
  'change what tasks ask for': ({ tasks }, [a, b]) => ({
    who: service,
    sql: `update tasks set params = params || ${withModel(b)} where id = any (${several(idsOf(tasks), a)})`,
  }),
  'age tasks': ({ tasks }, [a]) => ({
    who: 'owner of the database',
    sql: `update tasks set created_at = created_at - interval '4 minutes' where id = any (${several(idsOf(tasks), a)})`,
  }),
};
