-- Tier M: 200 users, 1,000 projects; a hot project with 5,000 generations, 60 shots × 40 links, 12,000 variants and
-- 4,000 tasks. Written past the triggers, which would take minutes, and as they would have left it: tier/medium.ts
-- asks for what breaks that. Run by the superuser.
set session_replication_role = replica;

create function pg_temp.uid(kind int, n bigint) returns uuid language sql immutable
return (lpad(to_hex(kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

-- Not to be compressed away, and as long as the studio's.
create function pg_temp.noise(seed bigint, kilobytes numeric) returns text language sql immutable
return (select string_agg(md5(seed::text || '.' || i), '') from generate_series(1, (kilobytes * 32)::int) i);

insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost)
values ('image', 'Image', 'generation', 'gpu', 'image', 'per_unit', 0.0001),
  ('plan', 'Plan', 'orchestration', 'gpu', null, 'per_unit', null);

insert into users (id, email, username, name)
select pg_temp.uid(1, n), 'user' || n || '@bench.example', 'user' || n, 'User ' || n from generate_series(1, 200) n;
-- The triggers of the ledger always fire: they make the balances.
insert into credits_ledger (user_id, amount, type) select id, 1000, 'manual' from users;

insert into projects (id, user_id, name, created_at)
select pg_temp.uid(2, n), pg_temp.uid(1, 1 + (n - 1) % 200), 'Project ' || n, now() - n * interval '1 hour'
from generate_series(1, 1000) n;

-- The sizes of each project: the first one is the hot one.
create temp table sizes as
select n, n = 1 as is_hot, case n when 1 then 5000 else 50 end as generations, case n when 1 then 60 else 3 end as shots,
  case n when 1 then 40 else 10 end as links, case n when 1 then 4000 else 3 end as tasks
from generate_series(1, 1000) n;

insert into tasks (id, project_id, task_type, status, params, attempts, cost, output_location, created_at,
  generation_started_at, generation_processed_at)
select pg_temp.uid(3, s.n * 10000 + i), pg_temp.uid(2, s.n), 'image', case when i % 40 = 39 then 'Failed' else 'Complete' end::task_status,
  jsonb_build_object('prompt', 'a lighthouse in the storm, take ' || i, 'model', 'flux', 'noise', case when s.is_hot then pg_temp.noise(s.n * 10000 + i, 4) else md5(i::text) end),
  1, 0.0001, 'public/tasks/' || i || '.png', now() - i * interval '1 minute',
  now() - i * interval '1 minute' + interval '2 seconds', now() - i * interval '1 minute' + interval '9 seconds'
from sizes s, generate_series(1, s.tasks) i;

insert into generations (id, project_id, task_id, type, location, thumbnail_url, name, params, starred, based_on,
  parent_generation_id, is_child, child_order, primary_variant_id, created_at)
select pg_temp.uid(4, g.n), pg_temp.uid(2, g.project), case when g.i <= g.tasks then pg_temp.uid(3, g.n) end,
  case when g.i % 7 = 0 then 'video' else 'image' end, 'public/media/' || g.n || '.png', 'public/media/' || g.n || '.small.webp',
  'Take ' || g.i, jsonb_build_object('prompt', 'a lighthouse in the storm, take ' || g.i,
    'tool_type', case when g.i % 3 = 0 then 'magic-edit' else 'image-generation' end, 'seed', g.n,
    'noise', case when g.is_hot then pg_temp.noise(g.n, 2) else md5(g.n::text) end),
  g.i % 10 = 0, case when g.i % 5 = 0 then pg_temp.uid(4, g.n - g.i % 50 + case when g.i % 50 = 0 then -49 else 1 end) end,
  case when g.i % 25 = 24 then pg_temp.uid(4, g.n - 1) end, g.i % 25 = 24, case when g.i % 25 = 24 then 0 end,
  pg_temp.uid(5, g.n * 10 + 1), now() - g.i * interval '1 minute'
from (select s.n * 10000 + i as n, s.n as project, i, s.is_hot, s.tasks from sizes s, generate_series(1, s.generations) i) g;

-- The hot project has 12 variants for 5 generations, the others 3 for 2. The first one is what is shown.
insert into generation_variants (id, generation_id, project_id, location, thumbnail_url, name, params, variant_type,
  is_primary, starred, viewed_at, created_at)
select pg_temp.uid(5, v.n * 10 + j), v.id, v.project_id, case j when 1 then v.location else v.location || '.' || j end, case j when 1 then v.thumbnail_url else v.thumbnail_url || '.' || j end,
  v.name, v.params, case j when 1 then 'original' when 2 then 'upscaled' else 'edit' end, j = 1, false,
  case when v.n % 3 <> 0 or j = 1 then v.created_at + interval '1 hour' end, v.created_at + j * interval '1 second'
from (select g.*, s.n * 10000 + i as n, case when s.is_hot then 2 + (i % 5 in (2, 4))::int else 1 + i % 2 end as variants
  from sizes s cross join generate_series(1, s.generations) i join generations g on g.id = pg_temp.uid(4, s.n * 10000 + i)) v,
  generate_series(1, v.variants) j;

insert into shots (id, project_id, name, "order", aspect_ratio, settings, created_at)
select pg_temp.uid(6, s.n * 1000 + i), pg_temp.uid(2, s.n), 'Shot ' || i, i - 1, '16:9',
  jsonb_build_object('motion', i, 'prompt', pg_temp.noise(s.n * 1000 + i, 0.5)), now() - interval '30 days' + i * interval '1 minute'
from sizes s, generate_series(1, s.shots) i;

-- Neighbouring shots share some of their generations; every eighth place is neither in the list nor on the timeline.
insert into shot_generations (id, shot_id, generation_id, project_id, position, timeline_frame, metadata, created_at)
select pg_temp.uid(7, (s.n * 1000 + i) * 100 + j), pg_temp.uid(6, s.n * 1000 + i),
  pg_temp.uid(4, s.n * 10000 + 1 + (i * (s.links - 4) + j) % s.generations), pg_temp.uid(2, s.n),
  case when j % 8 <> 0 then j - 1 - j / 8 end, case when j % 8 <> 0 then (j - 1 - j / 8) * 50 end,
  case when j % 4 = 0 then jsonb_build_object('prompt', 'then the light goes on') else '{}' end,
  now() - interval '20 days' + (i * 100 + j) * interval '1 second'
from sizes s, generate_series(1, s.shots) i, generate_series(1, s.links) j;

update generations g set shot_data = c.shot_data, shot_id = c.shot_id, timeline_frame = c.timeline_frame
from (
  select generation_id, jsonb_object_agg(shot_id, frame) as shot_data, (array_agg(shot_id order by oldest, id))[1] as shot_id,
    (array_agg(first_frame order by oldest, id))[1] as timeline_frame
  from (select generation_id, shot_id, min(timeline_frame) as frame, min(created_at) as oldest,
      (array_agg(timeline_frame order by created_at, id))[1] as first_frame, min(id::text) as id
    from shot_generations group by 1, 2) l
  group by 1
) c where c.generation_id = g.id;

update generations p set children = c.children
from (select parent_generation_id, jsonb_agg(jsonb_build_object('id', id, 'order', child_order) order by child_order, created_at, id) as children
  from generations where parent_generation_id is not null group by 1) c where c.parent_generation_id = p.id;

-- What is open goes by the triggers, which keep the queue.
set session_replication_role = origin;
insert into tasks (id, project_id, task_type, params, created_at)
select pg_temp.uid(3, 10000 + 5000 + i), pg_temp.uid(2, 1), 'image',
  jsonb_build_object('prompt', 'again', 'generation_id', pg_temp.uid(4, 10000 + i * 50 + 1)), now() - interval '1 hour' + i * interval '1 minute'
from generate_series(1, 20) i;

drop table sizes;
