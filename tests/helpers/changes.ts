/** The ids that are there before a transaction, each list oldest first. */
export interface Ids {
  projects: string[];
  shots: string[];
  generations: string[];
  variants: string[];
  links: string[];
}

/** Random numbers that decide what a change does. */
export type Draw = readonly [number, number, number, number];

const NONE = '00000000-0000-4000-8000-00000000dead';
const pick = (ids: string[], n: number) => `'${ids[n % ids.length] ?? NONE}'`;
const several = (ids: string[], n: number) =>
  `'{${ids.filter((_, place) => (n >> (place % 16)) % 2 === 1).join(',')}}'::uuid[]`;
const maybe = (n: number, value: string) => (n % 3 === 0 ? 'null' : value);
const yes = (n: number) => String(n % 2 === 0);
const frame = (n: number) => maybe(n, String(n % 400));
const params = (n: number) => `'{"n": ${n % 5}}'`;
/** A shuffle that depends on the draw alone. */
const shuffled = (column: string, n: number) =>
  `array_agg(${column} order by md5(${column}::text || '${n}'))`;

type Change = (ids: Ids, draw: Draw) => string;

/** What the owner of a project may write, by what it does. */
export const CHANGES_OF_USERS: Record<string, Change> = {
  'insert a generation': ({ projects, generations }, [a, b, c, d]) =>
    `insert into generations (project_id, location, name, params, based_on) values
      (${pick(projects, a)}, ${maybe(b, `'g${b}'`)}, ${maybe(c, `'n${c}'`)}, ${params(d)}, ${maybe(d, pick(generations, d))})`,
  'insert generations': ({ projects }, [a, b, c]) =>
    `insert into generations (project_id, location, params) values (${pick(projects, a)}, 'g${b}', ${params(b)}),
      (${pick(projects, a)}, null, '{}'), (${pick(projects, a)}, ${maybe(c, `'g${c}'`)}, ${params(c)})`,
  'insert parts': ({ projects, generations }, [a, b, c, d]) =>
    `insert into generations (project_id, location, parent_generation_id, is_child, child_order)
      select ${pick(projects, a)}, 'p' || n, ${pick(generations, b)}, ${yes(c)}, ${maybe(d, `(n * ${d}) % 4`)} from generate_series(1, 3) n`,
  'insert a variant': ({ generations }, [a, b, c]) =>
    `insert into generation_variants (generation_id, location, is_primary, params) values (${pick(generations, a)}, 'v${b}', ${yes(c)}, ${params(b)})`,
  'insert variants': ({ generations }, [a, b, c, d]) =>
    `insert into generation_variants (generation_id, location, is_primary, name) select x.id, 'v' || n, (n + ${b}) % ${1 + (c % 3)} = 0, 'v' || n
      from unnest(array[${pick(generations, a)}, ${pick(generations, d)}]::uuid[]) x (id), generate_series(1, 3) n`,
  'change a variant': ({ variants }, [a, b, c]) =>
    `update generation_variants set location = 'w${b}', name = ${maybe(c, `'w${c}'`)}, params = ${params(c)} where id = ${pick(variants, a)}`,
  'change variants': ({ variants }, [a, b, c]) =>
    `update generation_variants set location = 'w${b}' || id, thumbnail_url = ${maybe(c, `'t${c}'`)}, is_primary = ${b % 3 === 0 ? 'not is_primary' : 'is_primary'}
      where id = any (${several(variants, a)})`,
  'raise a variant': ({ variants }, [a]) =>
    `update generation_variants set is_primary = true where id = ${pick(variants, a)}`,
  'raise one of all variants': ({ variants }, [a]) =>
    `update generation_variants v set is_primary = (v.id = ${pick(variants, a)})
      where generation_id = (select w.generation_id from generation_variants w where w.id = ${pick(variants, a)})`,
  'take flags': ({ variants }, [a, b]) =>
    `update generation_variants set is_primary = ${b % 2 === 0 ? 'false' : 'not is_primary'} where id = any (${several(variants, a)})`,
  'delete a variant': ({ variants }, [a]) =>
    `delete from generation_variants where id = ${pick(variants, a)}`,
  'delete variants': ({ variants }, [a, b]) =>
    `delete from generation_variants where id = any (${several(variants, a)}) and (is_primary or ${yes(b)})`,
  'delete all variants of a generation': ({ generations }, [a]) =>
    `delete from generation_variants where generation_id = ${pick(generations, a)}`,
  'change a generation': ({ generations }, [a, b, c, d]) =>
    `update generations set ${[`location = ${maybe(b, `'x${b}'`)}`, `name = ${maybe(c, `'x${c}'`)}`, `params = ${params(c)}`, 'starred = true'].slice(d % 4).join(', ')}
      where id = ${pick(generations, a)}`,
  'change generations': ({ generations }, [a, b, c]) =>
    `update generations set name = 'x${b}', location = ${c % 2 === 0 ? 'location' : `coalesce(location, 'late') || '${b % 10}'`}, type = 'video'
      where id = any (${several(generations, a)})`,
  'name a primary': ({ generations, variants }, [a, b, c]) =>
    `update generations g set primary_variant_id = ${maybe(b, pick(variants, b))}, name = ${maybe(c, `'y${c}'`)}
      where g.id = coalesce((select v.generation_id from generation_variants v where v.id = ${maybe(b, pick(variants, b))}), ${pick(generations, a)})`,
  'change the lineage': ({ generations }, [a, b]) =>
    `update generations set based_on = ${maybe(b, pick(generations, b))} where id = ${pick(generations, a)}`,
  'move parts': ({ generations }, [a, b, c, d]) =>
    `update generations set parent_generation_id = ${pick(generations, b)}, is_child = true, child_order = ${maybe(c, String(d % 5))}
      where id = any (${several(generations, a)}) and id <> ${pick(generations, b)}`,
  'free parts': ({ generations }, [a]) =>
    `update generations set parent_generation_id = null, is_child = false, child_order = null where id = any (${several(generations, a)})`,
  'delete a generation': ({ generations }, [a]) =>
    `delete from generations where id = ${pick(generations, a)}`,
  'delete generations': ({ generations }, [a, b]) =>
    `delete from generations where id = any (${several(generations, a & b)})`,
  'insert shots': ({ projects }, [a, b]) =>
    `insert into shots (project_id, name) select ${pick(projects, a)}, 's' || n from generate_series(1, ${1 + (b % 3)}) n`,
  'delete a shot': ({ shots }, [a]) => `delete from shots where id = ${pick(shots, a)}`,
  'delete shots': ({ shots }, [a, b]) => `delete from shots where id = any (${several(shots, a & b)})`,
  'insert a link': ({ shots, generations }, [a, b, c]) =>
    `insert into shot_generations (shot_id, generation_id, timeline_frame) values (${pick(shots, a)}, ${pick(generations, b)}, ${frame(c)})`,
  'insert links': ({ shots }, [a, b]) =>
    `insert into shot_generations (shot_id, generation_id, timeline_frame) select s.id, g.id, ${frame(b)}
      from generations g join shots s using (project_id) where s.id = any (${several(shots, a)})`,
  'drag links': ({ links }, [a, b]) =>
    `update shot_generations set timeline_frame = ${maybe(b, `abs(hashtext(id::text || '${b}')) % 500`)}, metadata = '{"b": 1}' where id = any (${several(links, a)})`,
  'delete a link': ({ links }, [a]) => `delete from shot_generations where id = ${pick(links, a)}`,
  'delete links': ({ links }, [a]) => `delete from shot_generations where id = any (${several(links, a)})`,
  'delete and change in one statement': ({ generations, variants }, [a, b, c]) =>
    `with gone as (delete from generation_variants where id = any (${several(variants, a)}))
      update generations set name = 'both${b}' where id = any (${several(generations, c)})`,
  'delete a project': ({ projects }, [a, b]) =>
    `delete from projects where id = ${pick(projects, a)} and ${b % 8 === 0}`,
  add_generation_to_shot: ({ shots, generations }, [a, b, c]) =>
    `select add_generation_to_shot(${pick(shots, a)}, ${pick(generations, b)}, ${yes(c)})`,
  duplicate_shot: ({ shots }, [a]) => `select duplicate_shot(${pick(shots, a)})`,
  create_shot_with_image: ({ projects, generations }, [a, b]) =>
    `select create_shot_with_image(${pick(projects, a)}, 'new', ${pick(generations, b)})`,
  fix_timeline_spacing: ({ shots }, [a]) => `select fix_timeline_spacing(${pick(shots, a)})`,
  reorder_shots: ({ projects }, [a, b]) =>
    `select reorder_shots(project_id, ${shuffled('id', b)}) from shots where project_id = ${pick(projects, a)} group by project_id`,
  reorder_shot_generations: ({ shots }, [a, b]) =>
    `select reorder_shot_generations(shot_id, ${shuffled('id', b)}) from shot_generations where shot_id = ${pick(shots, a)} and position is not null group by shot_id`,
  position_shot_generation: ({ links }, [a, b, c]) =>
    `select position_shot_generation(${pick(links, a)}, ${maybe(b, String(b % 6))}, ${frame(c)})`,
  batch_update_timeline_frames: ({ shots }, [a, b]) =>
    `select batch_update_timeline_frames(shot_id, jsonb_agg(jsonb_build_object('id', id, 'timeline_frame', ${frame(b)}, 'metadata', '{"m": 1}'::jsonb)))
      from shot_generations where shot_id = ${pick(shots, a)} group by shot_id`,
  set_primary_variant: ({ variants }, [a]) => `select set_primary_variant(${pick(variants, a)})`,
  mark_variants_viewed: ({ generations }, [a]) => `select mark_variants_viewed(${pick(generations, a)})`,
  delete_generations: ({ generations }, [a, b]) =>
    `select delete_generations(${several(generations, a & b)})`,
  add_generation: ({ projects, shots, generations }, [a, b, c, d]) =>
    `select add_generation(${pick(projects, a)}, 'f${b}', based_on => ${maybe(b, pick(generations, b))},
      parent_generation_id => ${c % 2 === 0 ? 'null' : pick(generations, c)}, shot_id => ${maybe(d, pick(shots, d))}, with_position => ${yes(a)})`,
};

/** What besides only a service or the owner of the database may write: moves, orders, times. */
export const CHANGES_OF_SERVICES: Record<string, Change> = {
  'write positions': ({ links }, [a, b]) =>
    `update shot_generations set position = ${maybe(b, `abs(hashtext(id::text)) % 9`)} where id = any (${several(links, a)})`,
  'insert a positioned link': ({ shots, generations }, [a, b, c]) =>
    `insert into shot_generations (shot_id, generation_id, position) values (${pick(shots, a)}, ${pick(generations, b)}, ${c % 9})`,
  'move links to another shot': ({ shots, links }, [a, b]) =>
    `update shot_generations set shot_id = ${pick(shots, b)} where id = any (${several(links, a)})
      and (${yes(a + b)} or project_id = (select project_id from shots where id = ${pick(shots, b)}))`,
  'move a link to another generation': ({ generations, links }, [a, b]) =>
    `update shot_generations set generation_id = ${pick(generations, b)} where id = ${pick(links, a)}`,
  'write orders': ({ shots }, [a, b]) =>
    `update shots set "order" = ${b % 7} where id = any (${several(shots, a)})`,
  'move a shot to another project': ({ projects, shots }, [a, b]) =>
    `update shots set project_id = ${pick(projects, b)} where id = ${pick(shots, a)}`,
  'move a generation to another project': ({ projects, generations }, [a, b]) =>
    `update generations set project_id = ${pick(projects, b)}, based_on = null where id = ${pick(generations, a)}`,
  'give a part another id': ({ generations }, [a]) =>
    `update generations set id = gen_random_uuid() where id = ${pick(generations, a)} and primary_variant_id is null`,
  'age links': ({ links }, [a]) =>
    `update shot_generations set created_at = created_at - interval '1 day' where id = any (${several(links, a)})`,
  'age generations': ({ generations }, [a]) =>
    `update generations set created_at = created_at - interval '1 day' where id = any (${several(generations, a)})`,
  'age variants': ({ variants }, [a]) =>
    `update generation_variants set created_at = created_at - interval '1 day' where id = any (${several(variants, a)})`,
  'insert or raise a variant': ({ variants, generations }, [a, b]) =>
    `insert into generation_variants (id, generation_id, location) values (${pick(variants, a)}, ${pick(generations, b)}, 'u${b}'),
      (gen_random_uuid(), ${pick(generations, b)}, 'u') on conflict (id) do update set is_primary = true, location = excluded.location`,
  'write a copy': ({ generations }, [a, b]) =>
    `update generations set ${b % 2 === 0 ? `shot_data = '{"x": 1}'` : `children = '[1]'`} where id = ${pick(generations, a)}`,
};
