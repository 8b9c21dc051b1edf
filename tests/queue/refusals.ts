import { randomUUID } from 'node:crypto';
import type { Request } from './studio';

/** Ids of what the cases name. */
export type RefusalWorld = Record<
  'project' | 'other' | 'open' | 'failed' | 'cancelled' | 'foreign' | 'generation' | 'shot',
  string
>;

export const [A, B, C, NOBODY] = Array.from({ length: 4 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
];

export const image = (request: Request): Request => ({ task_type: 'image', ...request });
const many = (count: number) => Array.from({ length: count }, () => image({}));

/** What is asked, and the answer. Ids of the world stand in braces. */
export type Case = [
  what: string,
  requests: (world: RefusalWorld) => Request[],
  code: string,
  message: string,
];
export const REFUSALS: Case[] = [
  [
    'a type that is not there',
    () => [image({}), { task_type: 'nothing' }],
    'RG404',
    'tasks[1]: there is no active task type nothing.',
  ],
  [
    'a type that is not active',
    () => [{ task_type: 'retired' }],
    'RG404',
    'tasks[0]: there is no active task type retired.',
  ],
  ['no type', () => [{}], 'RG404', 'tasks[0]: there is no active task type null.'],
  [
    'two that wait for each other',
    () => [image({ id: A, dependant_on: [B] }), image({ id: B, dependant_on: [A] })],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'three that do',
    () => [
      image({ id: A, dependant_on: [B] }),
      image({ id: B, dependant_on: [C] }),
      image({ id: C, dependant_on: [A] }),
    ],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'one behind a circle',
    () => [
      image({ dependant_on: [A] }),
      image({ id: A, dependant_on: [B] }),
      image({ id: B, dependant_on: [A] }),
    ],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'a circle behind one',
    () => [image({ id: C }), image({ id: A, dependant_on: [B, C] }), image({ id: B, dependant_on: [A] })],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'one that waits for itself',
    () => [image({ id: A, dependant_on: [A] })],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'one that waits for itself by its key',
    () => [image({ id: A, idempotency_key: 'k', dependant_on: [B] }), image({ id: B, idempotency_key: 'k' })],
    'RG400',
    'The tasks wait for each other in a circle.',
  ],
  [
    'one that directs itself',
    () => [image({ id: A, parent_task_id: A })],
    'RG400',
    'The tasks direct each other in a circle.',
  ],
  [
    'two that direct each other',
    () => [image({ id: A, parent_task_id: B }), image({ id: B, parent_task_id: A })],
    'RG400',
    'The tasks direct each other in a circle.',
  ],
  [
    'a dependency that is not there',
    () => [image({ dependant_on: [NOBODY] })],
    'RG404',
    `tasks[0].dependantOn: there is no task ${NOBODY} in this project.`,
  ],
  [
    'a dependency of another',
    (world) => [image({}), image({ dependant_on: [world.foreign] })],
    'RG404',
    'tasks[1].dependantOn: there is no task {foreign} in this project.',
  ],
  [
    'null for a dependency',
    () => [image({ dependant_on: [null] })],
    'RG404',
    'tasks[0].dependantOn: there is no task null in this project.',
  ],
  [
    'a dependency that failed',
    (world) => [image({ dependant_on: [world.open, world.failed] })],
    'RG410',
    'tasks[0].dependantOn: task {failed} is Failed, so this one could never run.',
  ],
  [
    'a dependency that was cancelled',
    (world) => [image({ dependant_on: [world.cancelled] })],
    'RG410',
    'tasks[0].dependantOn: task {cancelled} is Cancelled, so this one could never run.',
  ],
  [
    'a parent that is not there',
    () => [image({ parent_task_id: NOBODY })],
    'RG404',
    `tasks[0].parentTaskId: there is no task ${NOBODY} in this project.`,
  ],
  [
    'a parent of another',
    (world) => [image({ parent_task_id: world.foreign })],
    'RG404',
    'tasks[0].parentTaskId: there is no task {foreign} in this project.',
  ],
  [
    'a parent that failed',
    (world) => [image({ parent_task_id: world.failed })],
    'RG410',
    'tasks[0].parentTaskId: task {failed} is Failed, so this one could never run.',
  ],
  [
    'a parent that was cancelled',
    (world) => [image({ parent_task_id: world.cancelled })],
    'RG410',
    'tasks[0].parentTaskId: task {cancelled} is Cancelled, so this one could never run.',
  ],
  [
    'an id that is taken',
    (world) => [image({}), image({ id: world.open })],
    'RG409',
    'tasks[1]: the id {open} is taken.',
  ],
  ['an id twice', () => [image({ id: A }), image({ id: A })], 'RG409', `tasks[1]: the id ${A} is taken.`],
  [
    'one id under two keys',
    () => [image({ id: A, idempotency_key: 'a' }), image({ id: A, idempotency_key: 'b' })],
    'RG409',
    `tasks[1]: the id ${A} is taken.`,
  ],
  ['nothing', () => [], 'RG400', 'tasks must have 1 to 500 entries; it has 0.'],
  ['too much', () => many(501), 'RG400', 'tasks must have 1 to 500 entries; it has 501.'],
  ...[5, 'text', [], true].map((params): Case => [
    `params that are ${JSON.stringify(params)}`,
    () => [image({}), image({ params })],
    'RG400',
    'tasks[1]: params must be a JSON object.',
  ]),
  ...(['generation_id', 'parent_generation_id', 'based_on', 'shot_id'] as const).flatMap((key): Case[] => {
    const [kind, foreign] =
      key === 'shot_id' ? (['shot', 'shot'] as const) : (['generation', 'generation'] as const);
    return [
      [
        `${key} that is no id`,
        () => [image({ params: { [key]: 'x' } })],
        'RG400',
        `tasks[0].params.${key} must be an id.`,
      ],
      [
        `${key} that is a number`,
        () => [image({ params: { [key]: 5 } })],
        'RG400',
        `tasks[0].params.${key} must be an id.`,
      ],
      [
        `${key} that is not there`,
        () => [image({ params: { [key]: NOBODY } })],
        'RG404',
        `tasks[0].params.${key}: there is no ${kind} ${NOBODY} in this project.`,
      ],
      [
        `${key} of another`,
        (world) => [image({ params: { [key]: world[foreign] } })],
        'RG404',
        `tasks[0].params.${key}: there is no ${kind} {${foreign}} in this project.`,
      ],
    ];
  }),
  ['an empty key', () => [image({ idempotency_key: '' })], '23514', 'tasks_idempotency_key_is_short'],
  [
    'a key that is too long',
    () => [image({ idempotency_key: 'k'.repeat(201) })],
    '23514',
    'tasks_idempotency_key_is_short',
  ],
];
