import type { Client } from 'pg';

/** What the primary variant says of its generation (V1, V2). */
const MEDIA = `
  update public.generations g
  set location = v.location, thumbnail_url = v.thumbnail_url, params = v.params, name = v.name,
    primary_variant_id = v.id
  from public.generation_variants v, public.projects p
  where v.generation_id = g.id and v.is_primary and p.id = g.project_id and p.user_id = any ($1)
    and (g.location, g.thumbnail_url, g.params, g.name, g.primary_variant_id)
      is distinct from (v.location, v.thumbnail_url, v.params, v.name, v.id)`;

/** Parts of a composite (V4), and where a generation stands: all of it from the rows that are the truth. */
const PLACES = `
  with parts as (
    select c.parent_generation_id as id,
      jsonb_agg(jsonb_build_object('id', c.id, 'order', c.child_order)
        order by c.child_order, c.created_at, c.id) as children
    from public.generations c where c.parent_generation_id is not null
    group by c.parent_generation_id
  ), frames as (
    select sg.generation_id as id, sg.shot_id, min(sg.timeline_frame) as frame
    from public.shot_generations sg group by sg.generation_id, sg.shot_id
  ), shown as (
    select f.id, jsonb_object_agg(f.shot_id, f.frame) as shot_data from frames f group by f.id
  ), oldest as (
    select distinct on (sg.generation_id) sg.generation_id as id, sg.shot_id, sg.timeline_frame
    from public.shot_generations sg order by sg.generation_id, sg.created_at, sg.id
  ), wanted as (
    select g.id, coalesce(parts.children, '[]') as children, coalesce(shown.shot_data, '{}') as shot_data,
      oldest.shot_id, oldest.timeline_frame
    from public.generations g
    join public.projects p on p.id = g.project_id and p.user_id = any ($1)
    left join parts on parts.id = g.id
    left join shown on shown.id = g.id
    left join oldest on oldest.id = g.id
  )
  update public.generations g
  set children = w.children, shot_data = w.shot_data, shot_id = w.shot_id, timeline_frame = w.timeline_frame
  from wanted w
  where w.id = g.id
    and (g.children, g.shot_data, g.shot_id, g.timeline_frame)
      is distinct from (w.children, w.shot_data, w.shot_id, w.timeline_frame)`;

const BALANCES = `
  update public.users u set credits = l.total
  from (select user_id, sum(amount) as total from public.credits_ledger where user_id = any ($1) group by user_id) l
  where l.user_id = u.id and u.credits is distinct from l.total`;

/**
 * Fills in what is kept twice, for new users. Where triggers keep it already, nothing differs and nothing is
 * written. Generations get their media here and not on insert: a generation and its primary variant name each
 * other, and one inserted with a location would be given a second original.
 */
export async function fillCaches(client: Client, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  for (const statement of [MEDIA, PLACES, BALANCES]) await client.query(statement, [userIds]);
}
