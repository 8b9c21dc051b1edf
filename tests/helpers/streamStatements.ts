/** What a session has in a project of its own: nobody else locks it. */
export interface Corner {
  projectId: string;
  shotId: string;
  generationId: string;
}

export type Statement = [sql: string, values: unknown[]];
type Kind = (corner: Corner, tag: string, n: number) => Statement;

const PICK = 'order by md5(id::text || $3) limit';
/** Whatever a studio does, each to rows of the session alone. */
export const SHORT: Record<string, Kind> = {
  'ask for tasks': ({ projectId }, tag, n) => [
    `insert into tasks (project_id, task_type, params) select $1, 'image', jsonb_build_object('tag', $2::text)
     from generate_series(1, $3)`,
    [projectId, tag, 1 + (n % 3)],
  ],
  'cancel tasks': ({ projectId }, tag, n) => [
    `update tasks set status = 'Cancelled' where id in (select id from tasks
      where project_id = $1 and status = 'Queued' and params ->> 'tag' = $2 ${PICK} 2)`,
    [projectId, tag, n],
  ],
};
export const ANY: Record<string, Kind> = {
  'log ended tasks': ({ projectId }, tag, n) => [
    `insert into tasks (project_id, task_type, status, params)
     select $1, 'image', 'Failed', jsonb_build_object('tag', $2::text) from generate_series(1, $3)`,
    [projectId, tag, 1 + (n % 4)],
  ],
  'make generations': ({ projectId }, tag, n) => [
    `insert into generations (project_id, name, location) select $1, $2, 'g' || $3::int || i from generate_series(1, 2) i`,
    [projectId, tag, n],
  ],
  'change generations': ({ projectId }, tag, n) => [
    `update generations set thumbnail_url = 't' || $3::text, starred = not starred
     where id in (select id from generations where project_id = $1 and name = $2 ${PICK} 3)`,
    [projectId, tag, n],
  ],
  'delete a generation': ({ projectId, generationId }, tag, n) => [
    `delete from generations where id in (select id from generations
      where project_id = $1 and name = $2 and id <> '${generationId}' ${PICK} 1)`,
    [projectId, tag, n],
  ],
  'add variants': ({ generationId }, _tag, n) => [
    `insert into generation_variants (generation_id, location, is_primary)
     select $1, 'v' || $2::int || i, i = 2 and $2::int % 3 = 0 from generate_series(1, 2) i`,
    [generationId, n],
  ],
  'change variants': ({ generationId }, _tag, n) => [
    `update generation_variants set thumbnail_url = 'w' || $3::text where $2::text is not null and id in (
      select id from generation_variants where generation_id = $1 ${PICK} 4)`,
    [generationId, '', n],
  ],
  'delete a variant': ({ generationId }, _tag, n) => [
    `delete from generation_variants where $2::text is not null and id in (
      select id from generation_variants where generation_id = $1 and not is_primary ${PICK} 1)`,
    [generationId, '', n],
  ],
  'put on the timeline': ({ shotId, generationId }, _tag, n) => [
    `insert into shot_generations (shot_id, generation_id, timeline_frame) values ($1, $2, $3)`,
    [shotId, generationId, n],
  ],
  'drag on the timeline': ({ shotId }, _tag, n) => [
    `update shot_generations set timeline_frame = $3::int + 1 where $2::text is not null and id in (
      select id from shot_generations where shot_id = $1 order by md5(id::text || $3::text) limit 3)`,
    [shotId, '', n],
  ],
  'take off the timeline': ({ shotId }, _tag, n) => [
    `delete from shot_generations where $2::text is not null and id in (
      select id from shot_generations where shot_id = $1 ${PICK} 1)`,
    [shotId, '', n],
  ],
};
