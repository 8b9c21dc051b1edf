import { from } from '../../rls/world';
import { notAWord, notAnObject, OWN_ID, short, type Nonsense } from './nonsense';

/** In what the machinery writes, and in what users bring along. */
export const OTHER_NONSENSE: Nonsense[] = [
  {
    constraint: 'tasks_parent_is_another',
    subject: 'a task that waits',
    values: [{ id: OWN_ID, parent_task_id: OWN_ID }],
  },
  { constraint: 'tasks_params_is_object', subject: 'a task that waits', values: notAnObject('params') },
  {
    constraint: 'tasks_result_data_is_object',
    subject: 'a task that waits',
    values: notAnObject('result_data'),
  },
  { constraint: 'tasks_attempts_is_not_negative', subject: 'a task that waits', values: [{ attempts: -1 }] },
  { constraint: 'tasks_cost_is_not_negative', subject: 'a task that waits', values: [{ cost: -0.0001 }] },
  {
    constraint: 'tasks_dependant_on_has_no_gaps',
    subject: 'a task that waits',
    values: [{ dependant_on: [null] }, { dependant_on: from((world) => [world.held, null]) }],
  },
  {
    constraint: 'tasks_idempotency_key_is_short',
    subject: 'a task that waits',
    values: short('idempotency_key', 200, false),
  },
  {
    constraint: 'task_types_name_is_identifier',
    subject: 'an active task type',
    values: ['', 'Upscale', '1upscale', 'up scale', 'x'.repeat(81)].map((name) => ({ name })),
  },
  {
    constraint: 'task_types_has_its_rate',
    subject: 'an active task type',
    values: [
      { billing_type: 'per_second' },
      { unit_cost: null },
      { billing_type: 'per_unit', unit_cost: null, base_cost_per_second: 1 },
    ],
  },
  {
    constraint: 'task_types_costs_are_not_negative',
    subject: 'an active task type',
    values: [{ unit_cost: -0.01 }, { base_cost_per_second: -0.01 }],
  },
  {
    constraint: 'task_types_cost_factors_is_object',
    subject: 'an active task type',
    values: notAnObject('cost_factors'),
  },
  {
    constraint: 'task_types_max_attempts_in_range',
    subject: 'an active task type',
    values: [{ max_attempts: 0 }, { max_attempts: 21 }],
  },
  {
    constraint: 'workers_id_is_readable',
    subject: 'the worker that holds the task',
    values: ['', '-gpu', 'gpu 1', 'gpu\n', 'x'.repeat(101)].map((id) => ({ id })),
  },
  {
    constraint: 'workers_metadata_is_object',
    subject: 'the worker that holds the task',
    values: notAnObject('metadata'),
  },
  {
    constraint: 'credits_ledger_amount_has_its_sign',
    subject: 'the ledger',
    values: [
      { type: 'spend', amount: 1, task_id: OWN_ID },
      { type: 'manual', amount: 0 },
      { type: 'stripe', amount: 0 },
      { type: 'stripe', amount: -1 },
      { type: 'auto_topup', amount: -1 },
      { type: 'refund', amount: -1, task_id: OWN_ID },
      { type: 'refund', amount: 0, task_id: OWN_ID },
    ],
  },
  {
    constraint: 'credits_ledger_spend_names_its_task',
    subject: 'the ledger',
    values: [
      { type: 'spend', amount: -1 },
      { type: 'refund', amount: 1 },
    ],
  },
  { constraint: 'credits_ledger_metadata_is_object', subject: 'the ledger', values: notAnObject('metadata') },
  {
    constraint: 'credits_ledger_idempotency_key_is_short',
    subject: 'the ledger',
    values: short('idempotency_key', 200, false),
  },
  {
    constraint: 'resources_type_is_identifier',
    subject: 'a private resource',
    values: notAWord.map((type) => ({ type })),
  },
  {
    constraint: 'resources_url_is_not_empty',
    subject: 'a private resource',
    values: short('url', 4000, false),
  },
  {
    constraint: 'resources_metadata_is_object',
    subject: 'a private resource',
    values: notAnObject('metadata'),
  },
  {
    constraint: 'training_data_batches_name_is_short',
    subject: 'training batches',
    values: short('name', 200),
  },
  {
    constraint: 'training_data_batches_metadata_is_object',
    subject: 'training batches',
    values: notAnObject('metadata'),
  },
  {
    constraint: 'training_data_filename_is_short',
    subject: 'training videos',
    values: short('filename', 255, false),
  },
  {
    constraint: 'training_data_url_is_not_empty',
    subject: 'training videos',
    values: short('url', 4000, false),
  },
  {
    constraint: 'training_data_duration_is_not_negative',
    subject: 'training videos',
    values: [{ duration: -0.001 }],
  },
  {
    constraint: 'training_data_metadata_is_object',
    subject: 'training videos',
    values: notAnObject('metadata'),
  },
  {
    constraint: 'training_data_segments_is_a_range',
    subject: 'training segments',
    values: [
      { start_time: 5, end_time: 5 },
      { start_time: 6, end_time: 5 },
      { start_time: -1, end_time: 5 },
      { start_time: -5, end_time: -1 },
    ],
  },
  {
    constraint: 'training_data_segments_metadata_is_object',
    subject: 'training segments',
    values: notAnObject('metadata'),
  },
  {
    constraint: 'buckets_file_size_limit_is_positive',
    subject: 'buckets',
    values: [{ file_size_limit: 0 }, { file_size_limit: -1 }],
  },
  {
    constraint: 'objects_name_is_a_path',
    subject: 'a file elsewhere in the folder of the owner',
    values: [
      ...[
        '',
        '/a',
        'a/',
        'a//b',
        'a/./b',
        'a/../b',
        '..',
        '.',
        'a\\b',
        'a\nb',
        'a\u0001b',
        'a\u007fb',
        '../a',
      ],
      ...['x'.repeat(1025), 'ü'.repeat(513)],
    ].map((name) => ({ name })),
  },
];
