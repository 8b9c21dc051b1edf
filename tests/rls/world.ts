import { randomUUID } from 'node:crypto';
import { alice, anonymous, bob, gpu1, gpu2, service, type Actor, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';

/** Everybody who can stand on the left side of the access matrix. */
export const ACTORS = {
  anonymous,
  owner: alice,
  stranger: bob,
  holder: gpu1,
  idler: gpu2,
  service,
} as const satisfies Record<string, Actor>;
export type ActorName = keyof typeof ACTORS;
export const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

/** A third person, to whom nothing is attached. */
export const carol: User = {
  kind: 'user',
  id: 'ca401000-0000-4000-8000-0000000000cc',
  email: 'carol@test.example',
};

export const ACTIVE_TYPE = 'image_generation';
export const RETIRED_TYPE = 'retired_generation';
export const UNUSED_TYPE = 'unused_generation';

/** One row of every kind that a user can have. */
async function makeTenant(database: TestDatabase, user: User) {
  const make = builders(database);
  await make.account(user);
  const project = await make.project(user);
  const shot = await make.shot(user, project);
  const generation = await make.generation(user, project);
  const batch = await make.batch(user);
  const video = await make.video(user, batch);
  const other = await make.project(user, 'Another project of the same owner');
  return {
    user,
    project,
    shot,
    generation,
    variant: await make.variant(user, generation),
    link: await make.link(user, shot, generation),
    secondGeneration: await make.generation(user, project, 'public/second.png'),
    privateResource: await make.resource(user, false),
    publicResource: await make.resource(user, true),
    batch,
    video,
    segment: await make.segment(user, video),
    ledgerEntry: await make.ledgerEntry(user),
    file: await make.object(user, `${user.id}/a.png`),
    otherProject: other,
    otherShot: await make.shot(user, other),
    otherGeneration: await make.generation(user, other),
  };
}

export type Tenant = Awaited<ReturnType<typeof makeTenant>>;

/**
 * Two tenants with one row of every kind each, so that "cannot see" is never said of an empty table; a
 * worker that holds a task of the owner; and one that ran a task of his and holds none now.
 */
export async function makeWorld(database: TestDatabase) {
  const make = builders(database);
  for (const name of [ACTIVE_TYPE, RETIRED_TYPE, UNUSED_TYPE]) await make.taskType(name);
  await database.query(service, 'update task_types set is_active = false where name = $1', [RETIRED_TYPE]);
  await make.worker('gpu-1');
  await make.worker('gpu-2');
  await database.query(service, `insert into storage.buckets (id, name) values ('unused', 'unused')`);
  const idOfType = async (name: string) => {
    const [row] = await database.query<{ id: string }>(service, 'select id from task_types where name = $1', [
      name,
    ]);
    return row!.id;
  };
  const owner = await makeTenant(database, alice);
  const stranger = await makeTenant(database, bob);
  await make.account(carol);
  const reserve = async (actor: Actor) =>
    (
      await database.query<{ version: string }>(
        actor,
        `select storage.reserve_version('public', '1 day') as version`,
      )
    )[0]!.version;
  const held = await make.task(owner.project, { status: 'In Progress', workerId: 'gpu-1' });
  const output = await make.object(alice, `${alice.id}/tasks/${held}/out.png`);
  return {
    owner,
    stranger,
    held,
    output,
    /** Bytes that each has begun to store, for an object that he tries to make. */
    reserved: {
      anonymous: randomUUID(),
      owner: await reserve(alice),
      stranger: await reserve(bob),
      holder: await reserve(gpu1),
      idler: await reserve(gpu2),
      service: await reserve(service),
    } satisfies Record<ActorName, string>,
    queued: await make.task(owner.project),
    finished: await make.task(owner.project, { status: 'Complete', workerId: 'gpu-2' }),
    strangersTask: await make.task(stranger.project),
    activeType: await idOfType(ACTIVE_TYPE),
    retiredType: await idOfType(RETIRED_TYPE),
    unusedType: await idOfType(UNUSED_TYPE),
  };
}

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** Column values as data. What depends on the rows that exist is a function of the world. */
export type Values = Record<string, unknown>;

export function fill(values: Values, world: World, actor: ActorName = 'owner'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => [
      column,
      typeof value === 'function' ? (value as Parameters<typeof from>[0])(world, actor) : value,
    ]),
  );
}

/** Names a column whose value depends on the rows that exist, and on who writes it. */
export function from(read: (world: World, actor: ActorName) => unknown): unknown {
  return read;
}
