import type { QueryResultRow } from 'pg';
import { alice } from './actors';
import { builders } from './builders';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { createTestDatabase, testServer, type TestDatabase } from './database';
import { eventually } from './process';
import { queueOf } from './queue';
import { Follower, type FollowerOptions, type StreamField } from './streamFollower';
import { compare, NO_FAULTS, type Faults } from './streamModel';
import { Ledger } from './streamLedger';
import { Session, TELL_WRITERS } from './streamSession';
import type { Corner } from './streamStatements';
import { startWorkload } from './streamWriters';

/** `CHAOS=full` writes ten times as much, by hand; `CHAOS_SEED` repeats what chance did. */
export const SCALE = process.env.CHAOS === 'full' ? 10 : 1;
export const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e6));
export const WRITES = 600 * SCALE;
const SESSIONS = 8;
const PROJECTS = 3;

const TABLE_OF: Record<StreamField, string | undefined> = {
  projectChanges: undefined,
  taskChanges: 'TASKS',
  generationChanges: 'GENERATIONS',
  generationVariantChanges: 'GENERATION_VARIANTS',
  shotGenerationChanges: 'SHOT_GENERATIONS',
};
const ROW_FIELDS = Object.keys(TABLE_OF).slice(1) as StreamField[];

/** Projects of Alice with a corner for each session, and writers that know what they do. */
async function makeWorld(database: TestDatabase, server = testServer()) {
  const build = builders(database);
  const projects: string[] = [];
  const corners: Corner[][] = Array.from({ length: SESSIONS }, () => []);
  for (let n = 0; n < PROJECTS; n++) {
    const projectId = await build.project(alice, `Project ${n}`);
    projects.push(projectId);
    for (const own of corners) {
      own.push({
        projectId,
        shotId: await build.shot(alice, projectId),
        generationId: await build.generation(alice, projectId),
      });
    }
  }
  await database.asOwner(TELL_WRITERS);
  /** As the superuser: only he sees what others' connections do, and may end them. */
  const asRoot = <T extends QueryResultRow>(sql: string) =>
    withClient(
      withDatabase(server.rootUrl, databaseOf(database.ownerUrl)),
      async (root) => (await root.query<T>(sql)).rows,
    );
  /** Ends connections, by a condition on pg_stat_activity; returns how many. */
  const terminate = async (condition: string) => {
    const ended = await asRoot(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${condition}`,
    );
    return ended.length;
  };
  return { database, projects, corners, asRoot, terminate };
}

/** A database with such a world in it, on the server of the run or another one. */
export async function openWorld(server = testServer()) {
  const database = await createTestDatabase(undefined, server);
  await queueOf(database).types();
  await builders(database).account(alice);
  return { ...(await makeWorld(database, server)), close: () => database.drop() };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** How far a run has come, for what is done to it meanwhile. */
export interface Progress {
  ledger: Ledger;
  followers: Follower[];
  /** Waits until this share of the writes has been made. */
  share(part: number): Promise<void>;
}

export interface RunOptions {
  url: string;
  seed: number;
  writes?: number;
  meanwhile?(progress: Progress): Promise<void>;
  follow?: Partial<FollowerOptions>;
}

export interface Run {
  ledger: Ledger;
  followers: Follower[];
  /** Commits that nobody answered. */
  unknown: number;
  /** What each followed, and everything it should have got. */
  faults: Record<string, Faults>;
  /** The faultless answer, to compare with. */
  none: Record<string, Faults>;
  stop(): Promise<void>;
}

/**
 * A workload that is followed: every project by one subscriber, the first one row by row as well. At the end each
 * project gets a last change, and who has got that has got everything or will never get it.
 */
export async function runWorkload({ database, projects, corners }: World, options: RunOptions): Promise<Run> {
  const { url, seed, writes = WRITES, meanwhile, follow } = options;
  const ledger = new Ledger();
  const plans: { projectId: string; field: StreamField }[] = [
    ...projects.map((projectId) => ({ projectId, field: 'projectChanges' as const })),
    ...ROW_FIELDS.map((field) => ({ projectId: projects[0]!, field })),
  ];
  const followers = await Promise.all(
    plans.map((plan) => new Follower({ url, actor: alice, ...plan, ...follow }).start()),
  );
  const workload = startWorkload(ledger, { url: database.authUrl, corners, writes, seed });
  const share = (part: number) => ledger.until(() => workload.statements() >= writes * part);
  try {
    await Promise.all([workload.done, meanwhile?.({ ledger, followers, share })]);
  } catch (error) {
    await workload.stop();
    await Promise.all(followers.map((one) => one.stop()));
    throw error;
  }
  const unknown = await eventually(() =>
    ledger.settle(async (origin) => {
      const rows = await database.asOwner('select from stream_test.markers where origin = $1', [origin]);
      return rows.length > 0;
    }),
  );
  const fences = await writeFences(database.authUrl, ledger, corners[0]!);
  // All of it: a socket may break in its midst. What never comes, the comparison names.
  await Promise.all(
    followers.map((one) => {
      const last = fences.get(one.options.projectId)!;
      const { changes } = ledger
        .expected(one.options.projectId, tableOf(one))
        .find(({ origin }) => origin === last)!;
      return one
        .until(() => one.countOf(last) >= changes.length, 'the last change', 15_000)
        .catch(() => undefined);
    }),
  );
  const named = (of: (follower: Follower) => Faults) =>
    Object.fromEntries(
      followers.map((one, n) => [
        `${plans[n]!.field} of project ${projects.indexOf(one.options.projectId)}`,
        of(one),
      ]),
    );
  return {
    ledger,
    followers,
    unknown,
    faults: named((one) => faultsOf(ledger, one)),
    none: named(() => NO_FAULTS),
    stop: async () => void (await Promise.all(followers.map((one) => one.stop()))),
  };
}

export const tableOf = ({ options: { field = 'projectChanges' } }: Follower) => TABLE_OF[field];

export function faultsOf(ledger: Ledger, follower: Follower, received = follower.received): Faults {
  return compare(ledger.expected(follower.options.projectId, tableOf(follower)), received);
}

/** The last change of each project, in every table. */
export async function writeFences(
  url: string,
  ledger: Ledger,
  corners: Corner[],
): Promise<Map<string, string>> {
  const session = new Session(url, 'fence', { kind: 'service' }, ledger);
  const fences = new Map<string, string>();
  for (const { projectId, shotId, generationId } of corners) {
    const { origin } = await session.transaction(async ({ write }) => {
      await write(`insert into tasks (project_id, task_type, status) values ($1, 'image', 'Failed')`, [
        projectId,
      ]);
      await write(`insert into generation_variants (generation_id, location) values ($1, 'fence')`, [
        generationId,
      ]);
      await write(`insert into shot_generations (shot_id, generation_id) values ($1, $2)`, [
        shotId,
        generationId,
      ]);
      await write(`update generations set name = 'fence ' || clock_timestamp() where id = $1`, [
        generationId,
      ]);
    });
    fences.set(projectId, origin);
  }
  await session.end();
  return fences;
}
