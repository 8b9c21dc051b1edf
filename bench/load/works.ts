import type { Claims } from '../../server/auth/claims';
import { tenantOf, type TenantDatabase } from '../tier/tenants';

/** What is done over and over. */
export interface Work {
  name: string;
  /** How much of the speed without the log is to be left. */
  target?: number;
  /** How many write at once. */
  sessions: number;
  /** Does `turn` of `session`, and returns how many transactions that was. */
  work(session: number, turn: number): Promise<number>;
}

/** 8 kB of params as the studio sends them, not to be compressed away. */
const PARAMS = {
  prompt: 'a lighthouse in the storm',
  phases: Array.from({ length: 110 }, (_, n) => ({
    strength: n * 0.618,
    lora: `models/${n * 7919}/${n * 104_729}`,
  })),
};

/** A task's whole way, as the API goes it. The user orders, a worker claims whichever is next, and completes it. */
function tasksThroughTheApi(database: TenantDatabase): Work {
  const request = JSON.stringify([{ task_type: 'image', params: PARAMS }]);
  return {
    name: 'API: enqueue, claim, complete',
    target: 0.9,
    sessions: 16,
    work: async (session, turn) => {
      const { claims, project } = tenantOf(database, session, turn);
      const id = `worker-${session}`;
      const worker: Claims = { role: 'worker', worker_id: id };
      await database.call(
        claims,
        'select * from enqueue_tasks($1, array(select r from jsonb_populate_recordset(null::task_request, $2) r))',
        [project, request],
      );
      const [task] = await database.call<{ id: string | null; attempts: number }>(
        worker,
        `select * from claim_next_task($1, 'gpu')`,
        [id],
      );
      if (!task?.id) return 2;
      await database.call(worker, 'select * from complete_task($1, $2, $3)', [
        task.id,
        task.attempts,
        `public/${task.id}.png`,
      ]);
      return 3;
    },
  };
}

/** One statement of the owner, without row-level security and without anything around it. */
function bare(database: TenantDatabase, name: string, sql: string, target?: number): Work {
  return {
    name,
    ...(target ? { target } : {}),
    sessions: 16,
    work: async (session, turn) => {
      // Named: parsed and planned once, so that what is left is the writing.
      await database.owner.query({ name, text: sql, values: [tenantOf(database, session, turn).project] });
      return 1;
    },
  };
}

/** Stars a generation and takes the star away again; its params lie outside of the row, in TOAST. */
async function starring(database: TenantDatabase, kilobytes: number): Promise<Work> {
  const { rows } = await database.owner.query<{ id: string }>(
    `insert into generations (project_id, params)
     select project, jsonb_build_object('noise', (select string_agg(md5(random()::text || project || i), '')
       from generate_series(1, $2 * 32) i))
     from unnest($1::uuid[]) project returning id`,
    [database.tenants.map(({ project }) => project), kilobytes],
  );
  const name = `star one with ${kilobytes} kB of params`;
  return {
    name,
    sessions: 16,
    work: async (session, turn) => {
      const { id } = rows[(session * 4 + (turn % 4)) % rows.length] as { id: string };
      const text = 'update generations set starred = not starred where id = $1';
      await database.owner.query({ name, text, values: [id] });
      return 1;
    },
  };
}

/** A shot with `links` generations, all of which are dragged on the timeline at once. */
async function dragging(database: TenantDatabase, links: number): Promise<Work> {
  const { claims, project } = tenantOf(database, 0, 0);
  const [shot] = await database.call<{ id: string }>(
    claims,
    `insert into shots (project_id, name) values ($1, 'Long') returning id`,
    [project],
  );
  const { rows } = await database.owner.query<{ id: string }>(
    `with made as (
       insert into generations (project_id) select $1 from generate_series(1, $3::int) returning id
     )
     insert into shot_generations (shot_id, generation_id, timeline_frame)
     select $2, m.id, 10 * row_number() over () from made m returning id`,
    [project, shot?.id, links],
  );
  await database.owner.query('analyze generations, shot_generations');
  return {
    name: `drag ${links} links`,
    sessions: 1,
    work: async (_session, turn) => {
      const changes = rows.map(({ id }, n) => ({ id, timeline_frame: 10 * n + (turn % 10) + 1 }));
      await database.call(claims, 'select count(*) from batch_update_timeline_frames($1, $2)', [
        shot?.id,
        JSON.stringify(changes),
      ]);
      return 1;
    },
  };
}

function inOneStatement(database: TenantDatabase, count: number): Work {
  return {
    name: `insert ${count} generations at once`,
    sessions: 1,
    work: async (session, turn) => {
      await database.owner.query(
        'insert into generations (project_id) select $1 from generate_series(1, $2::int)',
        [tenantOf(database, session, turn).project, count],
      );
      return 1;
    },
  };
}

/** What the targets ask for. */
export const promisedWorks = (database: TenantDatabase): Work[] => [
  tasksThroughTheApi(database),
  bare(
    database,
    'insert a generation',
    `insert into generations (project_id, params) values ($1, '{"prompt": "a lighthouse"}')`,
    0.75,
  ),
];

/** What else the studio does much of. */
export async function otherWorks(database: TenantDatabase): Promise<Work[]> {
  return [
    bare(
      database,
      'insert a generation with a location',
      `insert into generations (project_id, params, location) values ($1, '{"prompt": "a lighthouse"}', 'public/a.png')`,
    ),
    bare(
      database,
      'insert a task',
      `insert into tasks (project_id, task_type, params) values ($1, 'image', '{"prompt": "a lighthouse"}')`,
    ),
    await starring(database, 20),
    await dragging(database, 1500),
    inOneStatement(database, 1000),
    inOneStatement(database, 10_000),
  ];
}
