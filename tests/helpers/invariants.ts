import type { TestDatabase } from './database';
import { brokenOf, type Violations } from './violations';

/** What must hold after every commit (behaviour: generations and variants, shots and timelines), each as a query for what breaks it. */
const VIOLATIONS: Violations = {
  'V1: one primary variant, and the generation names it': `
    select g.id from generations g
    left join lateral (
      select count(*) as all_of_them, count(*) filter (where v.is_primary) as primaries,
        (array_agg(v.id) filter (where v.is_primary))[1] as primary_id
      from generation_variants v where v.generation_id = g.id
    ) v on true
    where (v.all_of_them = 0 and g.primary_variant_id is not null)
       or (v.all_of_them > 0 and (v.primaries <> 1 or g.primary_variant_id is distinct from v.primary_id))`,
  'V2: a generation shows its primary variant': `
    select g.id from generations g join generation_variants v on v.id = g.primary_variant_id
    where (g.location, g.thumbnail_url, g.params, g.name) is distinct from (v.location, v.thumbnail_url, v.params, v.name)`,
  'V2: a location has a variant': `
    select g.id from generations g where g.location is not null
      and not exists (select from generation_variants v where v.generation_id = g.id)`,
  'V3: a variant is in its generation’s project': `
    select v.id from generation_variants v join generations g on g.id = v.generation_id where g.project_id <> v.project_id`,
  'V4: children are the children': `
    select g.id from generations g
    where g.children is distinct from coalesce((
      select jsonb_agg(jsonb_build_object('id', k.id, 'order', k.child_order) order by k.child_order, k.created_at, k.id)
      from generations k where k.parent_generation_id = g.id), '[]')`,
  'positions have no holes': `
    select sg.shot_id from shot_generations sg where sg.position is not null
    group by sg.shot_id having (min(sg.position), max(sg.position), count(distinct sg.position)) <> (0, count(*) - 1, count(*))`,
  'orders have no holes': `
    select s.project_id from shots s group by s.project_id
    having (min(s."order"), max(s."order"), count(distinct s."order")) <> (0, count(*) - 1, count(*))`,
  'shot_data is every shot with its lowest frame': `
    select g.id from generations g
    where g.shot_data is distinct from coalesce((
      select jsonb_object_agg(x.shot_id, x.frame)
      from (select sg.shot_id, min(sg.timeline_frame) as frame from shot_generations sg where sg.generation_id = g.id group by sg.shot_id) x
    ), '{}')`,
  'shot_id and timeline_frame are the oldest association': `
    select g.id from generations g
    left join lateral (
      select sg.shot_id, sg.timeline_frame from shot_generations sg where sg.generation_id = g.id
      order by sg.created_at, sg.id limit 1
    ) f on true
    where (g.shot_id, g.timeline_frame) is distinct from (f.shot_id, f.timeline_frame)`,
};

/** The invariants that do not hold now, by name, with an offending id; empty when all is well. */
export function brokenInvariants(database: Pick<TestDatabase, 'asOwner'>): Promise<Record<string, unknown>> {
  return brokenOf(database, VIOLATIONS);
}
