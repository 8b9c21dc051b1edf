--! Previous: sha1:e07e73715d9d132379e122dc1f611ce0bd5f2fa7
--! Hash: sha1:da9bc2cfb4e504c91d383415c0e861742396d34a
--! Message: storage-listing

-- Listing, as the caller: what he sees is for the policies to say. A level of folders is walked from one entry to the
-- next by the index, so its cost goes by what is listed and not by what lies below.
drop function if exists storage.search(text, text, int, int, int, text, text, text);
drop function if exists storage.search_v2(text, text, int, int, text, text, text, timestamptz);
drop function if exists storage.walk(text, text, boolean, text, boolean, int);

create function storage.walk(bucket text, prefix text, grouped boolean, after text, descending boolean, most int)
returns table (
  entry text, is_folder boolean, id uuid, version text, metadata jsonb,
  created_at timestamptz, updated_at timestamptz, last_accessed_at timestamptz
)
language plpgsql stable set search_path = '' as $$
declare
  -- Longer than names may be, of the last character there is: what follows a prefix comes before it.
  highest constant text := repeat(chr(1114111), 257);
  low text collate "C" := '';
  high text collate "C" := prefix || highest;
  rows refcursor;
  one storage.objects;
  slash int;
  batch int := 1;
  seen int;
  given int := 0;
begin
  if after is null then
    null;
  elsif descending then
    high := least(after, high);
  elsif grouped and after = prefix || split_part(substr(after, length(prefix) + 1), '/', 1) || '/' then
    -- A folder's own entry: what is in it was told with it.
    low := after || highest;
  else
    low := after;
  end if;
  while given < most loop
    seen := 0;
    is_folder := false;
    -- Two statements, because only one that says its order is answered by the index.
    if descending then
      open rows for
        select * from storage.objects o
        where o.bucket_id = bucket and o.name >= prefix and o.name < high
        order by o.name desc limit batch;
    else
      open rows for
        select * from storage.objects o
        where o.bucket_id = bucket and o.name >= prefix and o.name > low and o.name < high
        order by o.name limit batch;
    end if;
    loop
      fetch rows into one;
      exit when not found;
      seen := seen + 1;
      slash := case when grouped then position('/' in substr(one.name, length(prefix) + 1)) else 0 end;
      is_folder := slash > 0;
      entry := case when is_folder then left(one.name, length(prefix) + slash) else one.name end;
      if is_folder then
        id := null; version := null; metadata := null;
        created_at := null; updated_at := null; last_accessed_at := null;
      else
        id := one.id; version := one.version; metadata := one.metadata;
        created_at := one.created_at; updated_at := one.updated_at; last_accessed_at := one.last_accessed_at;
      end if;
      given := given + 1;
      return next;
      if descending then
        high := entry;
      else
        low := entry || case when is_folder then highest else '' end;
      end if;
      exit when is_folder or given >= most;
    end loop;
    close rows;
    exit when seen < batch and not is_folder;
    -- Files among files are read many at a time; of a folder the next one is looked for behind it.
    batch := case when is_folder then 1 else least(batch * 4, 1000) end;
  end loop;
end;
$$;

-- As on Supabase: one level below `prefix`, a folder; folders have no id.
create function storage.search(
  prefix text, bucketname text, limits int default 100, levels int default 1, offsets int default 0,
  search text default '', sortcolumn text default 'name', sortorder text default 'asc'
) returns table (
  name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb
)
language plpgsql stable set search_path = '' as $$
declare
  descending boolean := lower(sortorder) = 'desc';
  by_name boolean := coalesce(sortcolumn, '') not in ('updated_at', 'created_at', 'last_accessed_at');
  -- Only what the page needs, where the order of the walk is the order that is asked for.
  most int := case when by_name and search = '' then limits + offsets else 2147483647 end;
begin
  return query
    select e.label, w.id, w.updated_at, w.created_at, w.last_accessed_at, w.metadata
    from storage.walk(bucketname, search.prefix, true, null, descending, most) with ordinality as w
    cross join lateral (select rtrim(substr(w.entry, length(search.prefix) + 1), '/') as label) as e
    where search.search = '' or starts_with(lower(e.label), lower(search.search))
    order by
      case when not by_name then w.is_folder end desc,
      case when not descending then
        case sortcolumn when 'updated_at' then w.updated_at when 'created_at' then w.created_at
          when 'last_accessed_at' then w.last_accessed_at end
      end,
      case when descending then
        case sortcolumn when 'updated_at' then w.updated_at when 'created_at' then w.created_at
          when 'last_accessed_at' then w.last_accessed_at end
      end desc,
      w.ordinality
    limit limits offset offsets;
end;
$$;

-- Everything whose name begins with `prefix`, or with `levels` one level of it; resumes after a name.
create function storage.search_v2(
  prefix text, bucket_name text, limits int default 100, levels int default null, start_after text default null,
  sort_order text default 'asc', sort_column text default 'name', sort_column_after timestamptz default null
) returns table (
  key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql stable set search_path = '' as $$
declare
  descending boolean := lower(sort_order) = 'desc';
begin
  if coalesce(sort_column, '') not in ('updated_at', 'created_at') then
    return query
      select w.entry, w.entry, w.id, w.updated_at, w.created_at, w.last_accessed_at, w.metadata
      from storage.walk(bucket_name, prefix, levels is not null, start_after, descending, limits) as w;
  else
    -- A folder is as old as the oldest object in it.
    return query
      with below as (
        select o.*, case when levels is not null
          then position('/' in substr(o.name, length(search_v2.prefix) + 1)) else 0 end as slash
        from storage.objects o
        where o.bucket_id = search_v2.bucket_name and o.name >= search_v2.prefix
          and o.name < search_v2.prefix || repeat(chr(1114111), 257)
      ), entries as (
        select b.name, b.id, b.updated_at, b.created_at, b.last_accessed_at, b.metadata
        from below b where b.slash = 0
        union all
        select f.folder, null, min(b.created_at), min(b.created_at), null, null
        from below b cross join lateral (select left(b.name, length(search_v2.prefix) + b.slash) as folder) f
        where b.slash > 0 group by f.folder
      )
      select e.name, e.name, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
      from entries e
      -- As exact as a cursor is that has been a Date of JavaScript.
      cross join lateral (
        select date_trunc('milliseconds', case sort_column when 'updated_at' then e.updated_at else e.created_at end) as at
      ) as t
      where sort_column_after is null
        or (not descending and (t.at, e.name) > (sort_column_after, start_after))
        or (descending and (t.at, e.name) < (sort_column_after, start_after))
      order by case when not descending then t.at end, case when descending then t.at end desc,
        case when not descending then e.name end, case when descending then e.name end desc
      limit limits;
  end if;
end;
$$;

revoke execute on function storage.walk(text, text, boolean, text, boolean, int),
  storage.search(text, text, int, int, int, text, text, text),
  storage.search_v2(text, text, int, int, text, text, text, timestamptz) from public;
grant execute on function storage.walk(text, text, boolean, text, boolean, int),
  storage.search(text, text, int, int, int, text, text, text),
  storage.search_v2(text, text, int, int, text, text, text, timestamptz) to authenticated, worker, service_role;

comment on function storage.walk(text, text, boolean, text, boolean, int) is
  'Objects whose names begin with a prefix, in order; grouped: what lies in folders below it as one entry each.';
comment on function storage.search(text, text, int, int, int, text, text, text) is
  'One level of a bucket, as the first listing of Supabase gives it.';
comment on function storage.search_v2(text, text, int, int, text, text, text, timestamptz) is
  'A bucket from a name on, as the second listing of Supabase gives it.';
