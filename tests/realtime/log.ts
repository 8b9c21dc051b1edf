import { service } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';

/** An entry of the log, in the names of the database. */
export interface Entry extends Record<string, unknown> {
  xid: string;
  last_id: string;
  id: string;
  project_id: string;
  log_table:
    'GENERATIONS' | 'GENERATION_VARIANTS' | 'SHOT_GENERATIONS' | 'SHOTS' | 'TASKS' | 'PROJECTS' | null;
  operation: 'INSERT' | 'UPDATE' | 'DELETE' | 'RESYNC';
  row_id: string | null;
  shot_id: string | null;
  generation_id: string | null;
  parent_generation_id: string | null;
  changed_columns: string[] | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  origin_client_id: string | null;
}

/** The tables that are followed, by their name in the log. */
export const FOLLOWED = {
  GENERATIONS: 'generations',
  GENERATION_VARIANTS: 'generation_variants',
  SHOT_GENERATIONS: 'shot_generations',
  SHOTS: 'shots',
  TASKS: 'tasks',
} as const;

const NEWS = `
  select s.snapshot::text as until, c.*, c.xid::text as xid
  from realtime.standing() s left join realtime.read($1::pg_snapshot, null, $2, 0, 0, 1000000) c on true
  order by c.last_id, c.id`;

/** Reads the log as the gateway does. Each call gives what was committed since the one before, or since it began. */
export async function readerOf(database: Pick<TestDatabase, 'query'>, project: string | null = null) {
  const [{ since }] = (await database.query<{ since: string }>(
    service,
    'select snapshot::text as since from realtime.standing()',
  )) as [{ since: string }];
  let standing = since;
  return {
    since,
    news: async (): Promise<Entry[]> => {
      const rows = await database.query<Entry & { until: string }>(service, NEWS, [standing, project]);
      standing = rows[0]!.until;
      return rows.filter(({ id }) => id !== null).map(({ until: _, ...entry }) => entry);
    },
  };
}

export type Reader = Awaited<ReturnType<typeof readerOf>>;

const PLACES = ['xid', 'last_id', 'id', 'logged_at', 'project_id'];

/** What an entry tells, without what differs from run to run; fields that tell nothing are left out. */
export function told(entry: Entry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).filter(([name, value]) => !PLACES.includes(name) && value !== null),
  );
}

/** Every row of the followed tables as an entry shows it, by table and id: written by hand, and not as the log makes it. */
const ROWS = `
  select 'GENERATIONS' as log_table, id as row_id, project_id, shot_id, id as generation_id, parent_generation_id,
    json_build_object('location', location, 'thumbnailUrl', thumbnail_url, 'starred', starred, 'timelineFrame', timeline_frame) as after,
    to_jsonb(x) - '{id,project_id,updated_at}'::text[] as columns
  from generations x
  union all
  select 'GENERATION_VARIANTS', id, project_id, null, generation_id, null,
    json_build_object('location', location, 'thumbnailUrl', thumbnail_url, 'starred', starred, 'isPrimary', is_primary, 'viewedAt', viewed_at),
    to_jsonb(x) - '{id,project_id,updated_at}'::text[]
  from generation_variants x
  union all
  select 'SHOT_GENERATIONS', id, project_id, shot_id, generation_id, null,
    json_build_object('timelineFrame', timeline_frame, 'position', position),
    to_jsonb(x) - '{id,project_id,updated_at}'::text[]
  from shot_generations x
  union all
  select 'SHOTS', id, project_id, id, null, null, json_build_object('order', "order"),
    to_jsonb(x) - '{id,project_id,updated_at}'::text[]
  from shots x
  union all
  select 'TASKS', id, project_id, target_shot_id, target_generation_id, null, json_build_object('status', status),
    to_jsonb(x) - '{id,project_id,updated_at,params,worker_id,lease_expires_at,pane_group,pane_position,target_shot_id,target_generation_id}'::text[]
  from tasks x`;

export type Shown = Pick<
  Entry,
  'project_id' | 'shot_id' | 'generation_id' | 'parent_generation_id' | 'after'
> & { columns?: Record<string, unknown> };

/** The rows there are, by table and id, with all columns whose change is news. */
export async function rowsOf(database: Pick<TestDatabase, 'asOwner'>): Promise<Map<string, Shown>> {
  const statement = { name: 'rows', text: ROWS } as unknown as string;
  const rows = await database.asOwner<Shown & { log_table: string; row_id: string }>(statement);
  return new Map(
    rows.map(({ log_table, row_id, ...shown }) => [`${log_table} ${row_id}`, { ...shown }] as const),
  );
}

/**
 * What clients hold who began with these rows and followed the log of each project since. What one transaction did to
 * one project is told together: a row that went to another one and came back is told by each in its own order.
 */
export function replay(start: Map<string, Shown>, entries: Entry[]): Map<string, Shown> {
  const projects = new Map<string, Map<string, Shown>>();
  const heldOf = (project: string) => {
    const held = projects.get(project) ?? new Map<string, Shown>();
    projects.set(project, held);
    return held;
  };
  for (const [key, row] of start) heldOf(row.project_id).set(key, row);
  for (const entry of entries) {
    const rows = heldOf(entry.project_id);
    const key = `${entry.log_table} ${entry.row_id}`;
    if (entry.log_table === 'PROJECTS') {
      if (entry.operation === 'DELETE') rows.clear();
    } else if (entry.operation === 'DELETE') rows.delete(key);
    else if (entry.operation === 'RESYNC') throw new Error('too much at once');
    else {
      const { project_id, shot_id, generation_id, parent_generation_id, after } = entry;
      rows.set(key, { project_id, shot_id, generation_id, parent_generation_id, after });
    }
  }
  const held = [...projects.values()].flatMap((rows) => [...rows]);
  const all = new Map(held);
  if (all.size !== held.length) throw new Error('a row is held by two projects');
  return all;
}
