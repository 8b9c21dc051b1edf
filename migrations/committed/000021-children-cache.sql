--! Previous: sha1:759c187a6f25ac981ca3820fa301aa95aad25821
--! Hash: sha1:126fe356062688c29e3dff06e32b2bc62a22f6fc
--! Message: children-cache

-- generations.children: the parts of a composite as [{"id", "order"}], a copy for fast reads (V4).
-- Definer: nobody may write the column.
create or replace function app_private.collect_children(parent_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.generations g where g.id = any (parent_ids) order by g.id for no key update;
  update public.generations g
  set children = c.children
  from (
    select p.id, coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'order', k.child_order)
      order by k.child_order, k.created_at, k.id) filter (where k.id is not null), '[]') as children
    from unnest(parent_ids) as p (id)
    left join public.generations k on k.parent_generation_id = p.id
    group by p.id
  ) c
  where g.id = c.id and g.children is distinct from c.children;
end;
$$;

create or replace function app_private.sync_parent_children() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_parents uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.parent_generation_id) into v_parents
    from new_rows n where n.parent_generation_id is not null;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct o.parent_generation_id) into v_parents
    from old_rows o where o.parent_generation_id is not null;
  else
    -- A full join, for it is never a nested loop (see the variants).
    with changed as materialized (
      select n.parent_generation_id as new_parent, o.parent_generation_id as old_parent
      from new_rows n full join old_rows o using (id)
      where (n.parent_generation_id, n.child_order, n.created_at) is distinct from (o.parent_generation_id, o.child_order, o.created_at)
    )
    select array_agg(distinct p.id) into v_parents
    from changed c cross join lateral (values (c.new_parent), (c.old_parent)) as p (id)
    where p.id is not null;
  end if;
  if v_parents is not null then
    perform app_private.collect_children(v_parents);
  end if;
  return null;
end;
$$;

drop trigger if exists _300_sync_parent_children on public.generations;
drop trigger if exists _300_sync_parent_children_update on public.generations;
drop trigger if exists _300_sync_parent_children_delete on public.generations;
create trigger _300_sync_parent_children after insert on public.generations
  referencing new table as new_rows for each statement execute function app_private.sync_parent_children();
create trigger _300_sync_parent_children_update after update on public.generations
  referencing old table as old_rows new table as new_rows for each statement execute function app_private.sync_parent_children();
create trigger _300_sync_parent_children_delete after delete on public.generations
  referencing old table as old_rows for each statement execute function app_private.sync_parent_children();

comment on function app_private.collect_children(uuid[]) is 'Rebuilds children of these parents from the truth, where it differs.';
comment on function app_private.sync_parent_children() is 'AFTER any change of generations: children of the parents touched.';
