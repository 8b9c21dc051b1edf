import { from } from '../../rls/world';
import { notARatio, notAWord, notAnObject, OWN_ID, short, type Nonsense } from './nonsense';

/** In what a user makes with the studio. */
export const STUDIO_NONSENSE: Nonsense[] = [
  {
    constraint: 'users_username_is_readable',
    subject: 'users',
    values: ['a', '', '.ab', '-ab', 'a b', 'jürgen', 'İstanbul', 'a\n', 'x'.repeat(41), 'a/b', '<b>'].map(
      (username) => ({ username }),
    ),
  },
  { constraint: 'users_name_is_short', subject: 'users', values: [{ name: 'x'.repeat(201) }] },
  { constraint: 'users_settings_is_object', subject: 'users', values: notAnObject('settings') },
  { constraint: 'users_onboarding_is_object', subject: 'users', values: notAnObject('onboarding') },
  { constraint: 'projects_name_is_short', subject: 'projects', values: short('name', 200) },
  {
    constraint: 'projects_aspect_ratio_is_ratio',
    subject: 'projects',
    values: notARatio.map((aspect_ratio) => ({ aspect_ratio })),
  },
  { constraint: 'projects_settings_is_object', subject: 'projects', values: notAnObject('settings') },
  { constraint: 'shots_name_is_short', subject: 'shots', values: short('name', 200) },
  { constraint: 'shots_order_is_not_negative', subject: 'shots', values: [{ order: -1 }] },
  {
    constraint: 'shots_aspect_ratio_is_ratio',
    subject: 'shots',
    values: notARatio.map((aspect_ratio) => ({ aspect_ratio })),
  },
  { constraint: 'shots_settings_is_object', subject: 'shots', values: notAnObject('settings') },
  {
    constraint: 'generations_type_is_identifier',
    subject: 'generations',
    values: notAWord.map((type) => ({ type })),
  },
  { constraint: 'generations_name_is_short', subject: 'generations', values: [{ name: 'x'.repeat(501) }] },
  { constraint: 'generations_params_is_object', subject: 'generations', values: notAnObject('params') },
  {
    constraint: 'generations_not_based_on_itself',
    subject: 'generations',
    values: [{ id: OWN_ID, based_on: OWN_ID }],
  },
  {
    constraint: 'generations_parent_is_another',
    subject: 'generations',
    values: [{ id: OWN_ID, parent_generation_id: OWN_ID }],
  },
  { constraint: 'generations_child_has_parent', subject: 'generations', values: [{ is_child: true }] },
  {
    constraint: 'generations_child_order_has_parent',
    subject: 'generations',
    values: [{ child_order: 0 }, { child_order: 5 }],
  },
  {
    constraint: 'generations_child_order_is_not_negative',
    subject: 'generations',
    values: [
      {
        parent_generation_id: from((world) => world.owner.secondGeneration),
        is_child: true,
        child_order: -1,
      },
    ],
  },
  {
    constraint: 'generations_children_is_array',
    subject: 'generations',
    values: [{ children: '{}' }, { children: '"x"' }, { children: 'null' }],
  },
  {
    constraint: 'generations_timeline_frame_is_not_negative',
    subject: 'generations',
    values: [{ timeline_frame: -1 }],
  },
  { constraint: 'generations_shot_data_is_object', subject: 'generations', values: notAnObject('shot_data') },
  {
    constraint: 'generation_variants_name_is_short',
    subject: 'variants of a generation',
    values: [{ name: 'x'.repeat(501) }],
  },
  {
    constraint: 'generation_variants_params_is_object',
    subject: 'variants of a generation',
    values: notAnObject('params'),
  },
  {
    constraint: 'generation_variants_type_is_identifier',
    subject: 'variants of a generation',
    values: notAWord.map((variant_type) => ({ variant_type })),
  },
  {
    constraint: 'shot_generations_position_is_not_negative',
    subject: 'generations in a shot',
    values: [{ position: -1 }],
  },
  {
    constraint: 'shot_generations_timeline_frame_is_not_negative',
    subject: 'generations in a shot',
    values: [{ timeline_frame: -1 }],
  },
  {
    constraint: 'shot_generations_metadata_is_object',
    subject: 'generations in a shot',
    values: notAnObject('metadata'),
  },
];
