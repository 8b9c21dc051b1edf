/**
 * The studio's screens as one statement each, which gives the answer as text: what somebody would write by hand who
 * wants nothing but speed. Under the caller's rights like everything else.
 */
const object = (pairs: Record<string, string>) =>
  `json_build_object(${Object.entries(pairs)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ')})`;

const list = (row: string, from: string, order: string) =>
  `(select coalesce(json_agg(${row} order by ${order}), '[]') from ${from})`;

const variantMedia = (v: string) =>
  `case when ${v}.id is not null then ${object({
    id: `${v}.id`,
    generationId: `${v}.generation_id`,
    variantType: `${v}.variant_type`,
    isPrimary: `${v}.is_primary`,
    location: `${v}.location`,
    thumbnailUrl: `${v}.thumbnail_url`,
    name: `${v}.name`,
    starred: `${v}.starred`,
    viewedAt: `${v}.viewed_at`,
    createdAt: `${v}.created_at`,
  })} end`;

const media = (g: string) => ({
  id: `${g}.id`,
  projectId: `${g}.project_id`,
  type: `${g}.type`,
  location: `${g}.location`,
  thumbnailUrl: `${g}.thumbnail_url`,
  name: `${g}.name`,
  prompt: `${g}.prompt`,
  toolType: `${g}.tool_type`,
  starred: `${g}.starred`,
  basedOn: `${g}.based_on`,
  createdAt: `${g}.created_at`,
  updatedAt: `${g}.updated_at`,
});

/** Joins what a card shows beside its own row. */
const cardJoins = (g: string) => `
  left join generation_variants ${g}v on ${g}v.id = ${g}.primary_variant_id
  cross join lateral (select count(*) as variants, count(*) filter (where c.viewed_at is null) as unviewed
    from generation_variants c where c.generation_id = ${g}.id) ${g}c`;

const card = (g: string) => ({
  ...media(g),
  shotData: `${g}.shot_data`,
  variantCount: `${g}c.variants`,
  unviewedCount: `${g}c.unviewed`,
  primaryVariant: variantMedia(`${g}v`),
});

const shotFields = (s: string) => ({
  id: `${s}.id`,
  projectId: `${s}.project_id`,
  name: `${s}.name`,
  order: `${s}."order"`,
  aspectRatio: `${s}.aspect_ratio`,
  createdAt: `${s}.created_at`,
  updatedAt: `${s}.updated_at`,
});

const shotCounts = (s: string) => `
  cross join lateral (select count(*) as total, count(*) filter (where l.position is null) as unpositioned,
      count(*) filter (where g.type = 'image') as images, count(*) filter (where g.type = 'video' and not g.is_child) as videos
    from shot_generations l left join generations g on g.id = l.generation_id where l.shot_id = ${s}.id) ${s}c`;

const counted = (s: string) => ({
  imageCount: `${s}c.images`,
  finalVideoCount: `${s}c.videos`,
  unpositionedCount: `${s}c.unpositioned`,
});

const taskRow = (t: string) =>
  object({
    id: `${t}.id`,
    projectId: `${t}.project_id`,
    taskType: `${t}.task_type`,
    status: `upper(replace(${t}.status::text, ' ', '_'))`,
    paneGroup: `${t}.pane_group`,
    attempts: `${t}.attempts`,
    cost: `${t}.cost::text`,
    errorMessage: `${t}.error_message`,
    outputLocation: `${t}.output_location`,
    targetShotId: `${t}.target_shot_id`,
    targetGenerationId: `${t}.target_generation_id`,
    createdAt: `${t}.created_at`,
    generationStartedAt: `${t}.generation_started_at`,
    generationProcessedAt: `${t}.generation_processed_at`,
  });

const IN_GALLERY = 'g.project_id = $1 and not g.is_child and g.location is not null';

const gallery = object({
  generations: object({
    totalCount: `(select count(*) from generations g where ${IN_GALLERY})`,
    nodes: list(
      object(card('g')),
      `(select * from generations g where ${IN_GALLERY} order by g.created_at desc, g.id limit $2::int offset $3::int) g ${cardJoins('g')}`,
      'g.created_at desc, g.id',
    ),
  }),
});

const shotEditor = `(select ${object({
  shot: object({
    ...shotFields('s'),
    settings: 's.settings',
    ...counted('s'),
    shotGenerations: object({
      totalCount: 'sc.total',
      nodes: list(
        object({
          id: 'l.id',
          position: 'l.position',
          timelineFrame: 'l.timeline_frame',
          metadata: 'l.metadata',
          generation: object({
            ...media('g'),
            isChild: 'g.is_child',
            parentGenerationId: 'g.parent_generation_id',
            primaryVariant: variantMedia('v'),
          }),
        }),
        `shot_generations l join generations g on g.id = l.generation_id
         left join generation_variants v on v.id = g.primary_variant_id where l.shot_id = s.id`,
        'l.timeline_frame, l.position, l.id',
      ),
    }),
  }),
})} from shots s ${shotCounts('s')} where s.id = $1)`;

const shotsPane = object({
  shots: object({
    totalCount: '(select count(*) from shots s where s.project_id = $1)',
    nodes: list(
      object({
        ...shotFields('s'),
        ...counted('s'),
        shotGenerations: object({
          totalCount: 'sc.total',
          nodes: list(
            object({
              id: 'l.id',
              position: 'l.position',
              generation: object({
                id: 'g.id',
                type: 'g.type',
                location: 'g.location',
                thumbnailUrl: 'g.thumbnail_url',
              }),
            }),
            `(select * from shot_generations l where l.shot_id = s.id order by l.position, l.id limit $2::int) l
             join generations g on g.id = l.generation_id`,
            'l.position, l.id',
          ),
        }),
      }),
      `shots s ${shotCounts('s')} where s.project_id = $1`,
      's."order", s.id',
    ),
  }),
});

const lightbox = object({
  generation: `(select ${object({
    ...card('g'),
    params: 'g.params',
    isChild: 'g.is_child',
    parentGenerationId: 'g.parent_generation_id',
    variants: object({
      pageInfo: object({ hasNextPage: 'gc.variants > 50' }),
      nodes: list(
        variantMedia('v'),
        '(select * from generation_variants v where v.generation_id = g.id order by v.created_at desc, v.id limit 50) v',
        'v.created_at desc, v.id',
      ),
    }),
    source: `(select ${object(card('o'))} from generations o ${cardJoins('o')} where o.id = g.based_on)`,
    derivatives: object({
      totalCount: '(select count(*) from generations d where d.based_on = g.id)',
      nodes: list(
        object({
          ...card('d'),
          derivatives: object({ totalCount: '(select count(*) from generations e where e.based_on = d.id)' }),
        }),
        `(select * from generations d where d.based_on = g.id order by d.created_at desc, d.id limit 50) d ${cardJoins('d')}`,
        'd.created_at desc, d.id',
      ),
    }),
    task: `(select ${taskRow('t')} from tasks t where t.id = g.task_id)`,
    shotGenerations: object({
      nodes: list(
        object({
          id: 'l.id',
          position: 'l.position',
          timelineFrame: 'l.timeline_frame',
          shot: object({ id: 's.id', name: 's.name', order: 's."order"' }),
        }),
        'shot_generations l join shots s on s.id = l.shot_id where l.generation_id = g.id',
        'l.created_at, l.id',
      ),
    }),
  })} from generations g ${cardJoins('g')} where g.id = $1)`,
  openTasks: object({
    totalCount: '(select count(*) from tasks t where t.target_generation_id = $1 and t.pane_group < 2)',
    nodes: list(
      taskRow('t'),
      'tasks t where t.target_generation_id = $1 and t.pane_group < 2',
      't.pane_group, t.pane_position, t.id',
    ),
  }),
});

const oneRow = object({
  generation: `(select ${object(media('g'))} from generations g where g.id = $1)`,
});

/** By the path they are asked for at. */
export const STATEMENTS: Record<string, string> = Object.fromEntries(
  Object.entries({ gallery, shotEditor, shotsPane, lightbox, oneRow }).map(([name, answer]) => [
    name,
    `select ${object({ data: answer })}::text as answer`,
  ]),
);
