import type { World } from '../helpers/world';

const enqueue = (
  project: string,
  { params = {}, parent, dependsOn }: { params?: object; parent?: string; dependsOn?: string },
) => {
  const text = (value?: string) => (value ? `'${value}'` : 'null');
  return `enqueue_tasks('${project}', array[row(null, 'image_generation', '${JSON.stringify(params)}',
    ${text(parent)}, ${text(dependsOn && `{${dependsOn}}`)}, null)]::task_request[])`;
};

/** Every function, called with one id that is the stranger's and otherwise ids of the caller. */
export type Call = [what: string, foreign: keyof World, sql: (id: string, own: World) => string];
export const CALLS: Call[] = [
  ['add_generation_to_shot', 'shots', (id, own) => `add_generation_to_shot('${id}', '${own.generations}')`],
  ['add_generation_to_shot', 'generations', (id, own) => `add_generation_to_shot('${own.shots}', '${id}')`],
  ['duplicate_shot', 'shots', (id) => `duplicate_shot('${id}')`],
  [
    'create_shot_with_image',
    'projects',
    (id, own) => `create_shot_with_image('${id}', 'x', '${own.generations}')`,
  ],
  [
    'create_shot_with_image',
    'generations',
    (id, own) => `create_shot_with_image('${own.projects}', 'x', '${id}')`,
  ],
  ['fix_timeline_spacing', 'shots', (id) => `fix_timeline_spacing('${id}')`],
  ['count_unpositioned_generations', 'shots', (id) => `count_unpositioned_generations('${id}')`],
  ['reorder_shots', 'projects', (id) => `reorder_shots('${id}', '{}')`],
  ['reorder_shots', 'shots', (id, own) => `reorder_shots('${own.projects}', '{${id}}')`],
  ['reorder_shot_generations', 'shots', (id) => `reorder_shot_generations('${id}', '{}')`],
  [
    'reorder_shot_generations',
    'shot_generations',
    (id, own) => `reorder_shot_generations('${own.shots}', '{${id}}')`,
  ],
  ['position_shot_generation', 'shot_generations', (id) => `position_shot_generation('${id}', 0)`],
  ['batch_update_timeline_frames', 'shots', (id) => `batch_update_timeline_frames('${id}', '[]')`],
  [
    'batch_update_timeline_frames',
    'shot_generations',
    (id, own) => `batch_update_timeline_frames('${own.shots}', '[{"id": "${id}", "timeline_frame": 1}]')`,
  ],
  ['set_primary_variant', 'generation_variants', (id) => `set_primary_variant('${id}')`],
  ['mark_variants_viewed', 'generations', (id) => `mark_variants_viewed('${id}')`],
  ['delete_generations', 'generations', (id, own) => `delete_generations('{${own.generations},${id}}')`],
  ['add_generation', 'projects', (id) => `add_generation('${id}', 'a.png')`],
  ['add_generation', 'shots', (id, own) => `add_generation('${own.projects}', 'a.png', shot_id => '${id}')`],
  [
    'add_generation',
    'generations',
    (id, own) => `add_generation('${own.projects}', 'a.png', based_on => '${id}')`,
  ],
  [
    'add_generation',
    'generations',
    (id, own) => `add_generation('${own.projects}', 'a.png', parent_generation_id => '${id}')`,
  ],
  ['patch_settings', 'users', (id) => `patch_settings('user', '${id}', 'tool', '{"a": 1}')`],
  ['patch_settings', 'projects', (id) => `patch_settings('project', '${id}', 'tool', '{"a": 1}', '{}')`],
  ['patch_settings', 'shots', (id) => `patch_settings('shot', '${id}', 'tool', '{"a": 1}')`],
  ['tool_settings', 'projects', (id) => `tool_settings('tool', '${id}')`],
  ['tool_settings', 'shots', (id) => `tool_settings('tool', null, '${id}')`],
  ['tool_settings', 'shots', (id, own) => `tool_settings('tool', '${own.projects}', '${id}')`],
  ['cancel_tasks', 'tasks', (id, own) => `cancel_tasks('{${own.tasks},${id}}')`],
  ['task_status_counts', 'projects', (id) => `task_status_counts('${id}')`],
  ['enqueue_tasks', 'projects', (id) => enqueue(id, {})],
  ['enqueue_tasks', 'tasks', (id, own) => enqueue(own.projects, { dependsOn: id })],
  ['enqueue_tasks', 'tasks', (id, own) => enqueue(own.projects, { parent: id })],
  ['enqueue_tasks', 'shots', (id, own) => enqueue(own.projects, { params: { shot_id: id } })],
  ...['generation_id', 'parent_generation_id', 'based_on'].map((key): Call => [
    'enqueue_tasks',
    'generations',
    (id, own) => enqueue(own.projects, { params: { [key]: id } }),
  ]),
];
/** Of workers and services, who have no rows: tests/queue/access.test.ts shows what they are told of others'. */
export const NOT_OF_USERS = [
  ...['complete_task', 'fail_task', 'grant_credits', 'heartbeat', 'refund_task', 'start_generation'],
  'worker_task_context',
];
