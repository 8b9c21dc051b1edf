import { OURS, type Rule } from './rule';

/**
 * The indexes that domain.md asks for by name: what follows "on table" in their definition. Those behind
 * a reference have its second column too: docs/decisions/indexes-behind-references.md.
 */
const REQUIRED: Record<string, string> = {
  'public.idx_generations_project_created_desc':
    'public.generations USING btree (project_id, created_at DESC)',
  'public.idx_generations_project_starred_created':
    'public.generations USING btree (project_id, starred, created_at)',
  'public.idx_generations_based_on':
    'public.generations USING btree (based_on, project_id) WHERE (based_on IS NOT NULL)',
  'public.idx_generations_primary_variant': 'public.generations USING btree (primary_variant_id, id)',
  'public.idx_generations_shot_id': 'public.generations USING btree (shot_id, project_id)',
  'public.idx_generations_shot_data': 'public.generations USING gin (shot_data)',
  'public.idx_shot_generations_shot_id_position': 'public.shot_generations USING btree (shot_id, "position")',
  'public.idx_generation_variants_generation_id':
    'public.generation_variants USING btree (generation_id, project_id)',
  'public.idx_generation_variants_project_id': 'public.generation_variants USING btree (project_id)',
};

const required = Object.entries(REQUIRED)
  .map(([name, definition]) => `('${name}', '${definition}')`)
  .join(', ');

export const INDEX_RULES: Rule[] = [
  {
    name: 'every foreign key has an index that begins with its first column',
    sql: `
      select k.conname::text as violation
      from pg_catalog.pg_constraint k join ${OURS} s on s.oid = k.connamespace
      join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'f' and not exists (
        select from pg_catalog.pg_index x
        where x.indrelid = k.conrelid and x.indkey[0] = k.conkey[1] and x.indisvalid
          and coalesce(pg_get_expr(x.indpred, x.indrelid) = format('(%I IS NOT NULL)', a.attname), true)
      )`,
    broken: [
      { by: 'drop index public.idx_generations_based_on', reports: 'generations_based_on_fkey' },
      {
        by: `drop index public.idx_generations_based_on;
          create index on public.generations (based_on) where starred;
          create index on public.generations (project_id, based_on)`,
        reports: 'generations_based_on_fkey',
      },
    ],
  },
  {
    // docs/decisions/indexes-behind-references.md: by such an index a check reads the whole project.
    name: 'no index on another column of a reference’s target is younger than the one that serves the reference',
    sql: `
      select distinct x.indexrelid::regclass::text as violation
      from pg_catalog.pg_constraint k join ${OURS} s on s.oid = k.connamespace
      join pg_catalog.pg_index target on target.indexrelid = k.conindid
      join pg_catalog.pg_index x on x.indrelid = k.confrelid
      where k.contype = 'f' and x.indexrelid > target.indexrelid and x.indpred is null
        and x.indkey[0] = any (k.confkey) and x.indkey[0] <> target.indkey[0]`,
    broken: [
      {
        by: 'create index zz_late on public.generations (project_id, type)',
        reports: 'public.zz_late',
      },
      {
        by: 'create index zz_late on public.generation_variants (generation_id, viewed_at)',
        reports: 'public.zz_late',
      },
    ],
  },
  {
    name: 'every index that domain.md names is there, as it is named',
    sql: `
      select required.name as violation from (values ${required}) as required (name, definition)
      where not exists (
        select from pg_catalog.pg_index x
        where x.indexrelid = to_regclass(required.name) and x.indisvalid
          and regexp_replace(pg_get_indexdef(x.indexrelid), '^.* ON ', '') = required.definition
      )`,
    broken: [
      { by: 'drop index public.idx_generations_shot_data', reports: 'public.idx_generations_shot_data' },
      {
        by: `drop index public.idx_generations_project_created_desc;
          create index idx_generations_project_created_desc on public.generations (project_id, created_at)`,
        reports: 'public.idx_generations_project_created_desc',
      },
    ],
  },
  {
    name: 'no two indexes are the same',
    sql: `
      select max(x.indexrelid::regclass::text) as violation
      from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
      join ${OURS} s on s.oid = c.relnamespace
      group by x.indrelid, x.indkey::text, x.indclass::text, x.indcollation::text, x.indoption::text, c.relam,
        x.indnkeyatts, pg_get_expr(x.indpred, x.indrelid), pg_get_expr(x.indexprs, x.indrelid)
      having count(*) > 1`,
    broken: [
      {
        by: 'create unique index zz_again on public.generations (id, project_id)',
        reports: 'public.zz_again',
      },
      {
        by: 'create index zz_again on public.users (lower(username))',
        reports: 'public.zz_again',
      },
    ],
  },
];
