--! Previous: sha1:277109fed6f3def819db85487216227f6898f856
--! Hash: sha1:cb090a3a3c6eda72116a1f38beed20c0b157d596
--! Message: generation-functions

-- What the gallery and the lightbox do.
drop function if exists public.add_generation(uuid, text, text, text, text, jsonb, uuid, uuid, int, boolean, uuid, boolean),
  public.set_primary_variant(uuid), public.mark_variants_viewed(uuid), public.delete_generations(uuid[]),
  public.generations_lineage(public.generations);

-- Under the caller's rights; the variant comes by trigger, the link by its own function. Not
-- create_generation: PostGraphile drops that silently against the table's own mutation.
create function public.add_generation(
  project_id uuid, location text, type text default 'image', thumbnail_url text default null, name text default null,
  params jsonb default '{}', based_on uuid default null, parent_generation_id uuid default null, child_order int default null,
  starred boolean default false, shot_id uuid default null, with_position boolean default true
) returns public.generations
language plpgsql volatile set search_path = ''
as $$
declare
  v_generation public.generations;
begin
  if nullif(btrim(add_generation.location), '') is null then
    raise exception 'A generation needs a location.' using errcode = 'RG400';
  end if;
  -- What is found now is still there when it is needed.
  perform public.lock_tenants_of('project', array[add_generation.project_id]);
  if not exists (select from public.projects p where p.id = add_generation.project_id) then
    raise exception 'There is no project %.', add_generation.project_id using errcode = 'RG404';
  end if;
  insert into public.generations
    (project_id, location, type, thumbnail_url, name, params, based_on, parent_generation_id, is_child, child_order, starred)
  values (
    add_generation.project_id, add_generation.location, coalesce(add_generation.type, 'image'), add_generation.thumbnail_url,
    add_generation.name, coalesce(add_generation.params, '{}'), add_generation.based_on, add_generation.parent_generation_id,
    add_generation.parent_generation_id is not null, add_generation.child_order, coalesce(add_generation.starred, false)
  ) returning * into v_generation;
  if add_generation.shot_id is not null then
    perform public.add_generation_to_shot(add_generation.shot_id, v_generation.id, add_generation.with_position);
  end if;
  -- As the triggers left it.
  select * into v_generation from public.generations g where g.id = v_generation.id;
  return v_generation;
end;
$$;

-- Under the caller's rights: is_primary is his to write, the triggers do the rest.
create function public.set_primary_variant(variant_id uuid) returns public.generations
language plpgsql volatile set search_path = ''
as $$
declare
  v_generation public.generations;
begin
  perform public.lock_tenants_of('variant', array[set_primary_variant.variant_id]);
  update public.generation_variants v set is_primary = true where v.id = set_primary_variant.variant_id;
  if not found then
    raise exception 'There is no variant %.', set_primary_variant.variant_id using errcode = 'RG404';
  end if;
  select g.* into v_generation from public.generations g
  join public.generation_variants v on v.generation_id = g.id where v.id = set_primary_variant.variant_id;
  return v_generation;
end;
$$;

-- Definer: viewed_at is a time, and times are granted to nobody.
create function public.mark_variants_viewed(generation_id uuid) returns setof public.generation_variants
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_generation public.generations := app_private.require_generation(mark_variants_viewed.generation_id);
begin
  return query
    with viewed as (
      update public.generation_variants v set viewed_at = now()
      where v.generation_id = v_generation.id and v.viewed_at is null returning v.*
    )
    select w.* from viewed w order by w.created_at desc, w.id desc;
end;
$$;

create function public.delete_generations(ids uuid[]) returns setof public.generations
language plpgsql volatile set search_path = ''
as $$
declare
  v_deleted public.generations[];
  v_unknown text;
begin
  if delete_generations.ids is null then
    raise exception 'ids must be a list.' using errcode = 'RG400';
  end if;
  perform public.lock_tenants_of('generation', delete_generations.ids);
  -- Asked afterwards: between a question before and the delete another session could take one away.
  with deleted as (
    delete from public.generations g where g.id = any (delete_generations.ids) returning g as row
  )
  select array_agg(d.row) into v_deleted from deleted d;
  select string_agg(coalesce(i.id::text, 'null'), ', ') into v_unknown
  from unnest(delete_generations.ids) as i (id)
  where not exists (select from unnest(v_deleted) as d where d.id = i.id);
  if v_unknown is not null then
    raise exception 'There is no generation %.', v_unknown using errcode = 'RG404';
  end if;
  return query
    select d.* from unnest(v_deleted) as d
    join (select i.id, min(i.place) as place from unnest(delete_generations.ids) with ordinality as i (id, place) group by i.id) i
      on i.id = d.id
    order by i.place;
end;
$$;

create function public.generations_lineage(generation public.generations) returns setof public.generations
language sql stable
begin atomic
  with recursive ancestors as (
    select (generations_lineage.generation).based_on as id, 1 as depth,
      array[(generations_lineage.generation).id] as seen
    union all
    select g.based_on, a.depth + 1, a.seen || g.id
    from ancestors a join public.generations g on g.id = a.id
    where a.depth < 30 and g.based_on <> all (a.seen || g.id)
  )
  select g.* from ancestors a join public.generations g on g.id = a.id order by a.depth desc;
end;

grant execute on function
  public.add_generation(uuid, text, text, text, text, jsonb, uuid, uuid, int, boolean, uuid, boolean),
  public.set_primary_variant(uuid), public.mark_variants_viewed(uuid), public.delete_generations(uuid[])
  to authenticated, service_role;
grant execute on function public.generations_lineage(public.generations) to authenticated, service_role;

comment on function public.add_generation(uuid, text, text, text, text, jsonb, uuid, uuid, int, boolean, uuid, boolean) is
  E'@resultFieldName generation\n'
  '@arg project_id The project.\n'
  '@arg location Where its file is.\n'
  '@arg type What it is, such as image or video. Default: image, as for null.\n'
  '@arg thumbnail_url Where its preview is. Default: null, none.\n'
  '@arg name Its name. Default: null, none.\n'
  '@arg params What it was made with, a JSON object. Default: {}, as for null.\n'
  '@arg based_on The generation of the project it was derived from. Default: null, none.\n'
  '@arg parent_generation_id The composite of the project it is a part of. Default: null, it stands for itself.\n'
  '@arg child_order Its place among the parts of the composite. Default: null, none.\n'
  '@arg starred Whether it is starred. Default: false, as for null.\n'
  '@arg shot_id The shot of the project to put it into. Default: null, none.\n'
  '@arg with_position With shotId: whether it gets a place in the list and on the timeline. Default: true, as for null.\n'
  'Creates a generation with its original variant, as a part of a composite when parentGenerationId is given, and puts it into a shot when shotId is given: all of it or nothing. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.set_primary_variant(uuid) is
  E'@resultFieldName generation\n'
  '@arg variant_id The variant.\n'
  'Makes a variant the one its generation shows. Returns the generation. Errors: NOT_FOUND.';
comment on function public.mark_variants_viewed(uuid) is
  E'@resultFieldName generationVariants\n'
  '@arg generation_id The generation.\n'
  'Notes that the variants of a generation were looked at. Returns those that were new. Errors: NOT_FOUND.';
comment on function public.delete_generations(uuid[]) is
  E'@resultFieldName generations\n'
  '@arg ids The generations.\n'
  'Deletes generations with their variants, parts and places in shots: all of the list or nothing. Errors: NOT_FOUND, which names the unknown ids; INVALID_INPUT.';
comment on function public.generations_lineage(public.generations) is
  'The generations it was derived from, by basedOn, the oldest first: 30 at most, also when they run in a circle.';
