import { alice, bob, service, type Actor } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';
import { codeOf } from '../helpers/queue';

export const WHO = { alice, bob, service } satisfies Record<string, Actor>;
export type Who = keyof typeof WHO;
/** `small` takes pictures of at most ten bytes, `public` more, and of more kinds. */
export const BUCKETS = ['public', 'small'] as const;
const SMALL = 10;

export interface Place {
  bucket: (typeof BUCKETS)[number];
  owner: 'alice' | 'bob';
  name: 'a' | 'b';
}

export interface Content {
  size: number;
  mimetype: string;
}

/** One thing that somebody asks of the database. `version` is the number of the upload, counted from the first. */
export type Step = { who: Who } & (
  | { act: 'begin'; place: Place; upsert: boolean }
  | { act: 'finish'; version: number; place: Place; upsert: boolean; content: Content }
  | { act: 'move'; place: Place; to: Place }
  | { act: 'delete'; place: Place }
  | { act: 'release' | 'expire'; version: number }
  | { act: 'sweep' }
);

type State = 'reserved' | 'expired' | 'live' | 'garbage' | 'forgotten';

export const objectOf = ({ owner, name }: Place) => `${WHO[owner].id}/${name}`;
const keyOf = (place: Place) => `${place.bucket}/${objectOf(place)}`;

/** What should be there: the versions and objects after each step, and what it answers. */
export class VersionModel {
  readonly versions: { id: string; caller: Who; state: State }[] = [];
  readonly objects = new Map<string, { version: number; content: Content }>();

  begin(step: Extract<Step, { act: 'begin' }>): string {
    if (!mayWrite(step.who, step.place)) return '42501';
    return this.objects.has(keyOf(step.place)) && !step.upsert ? '23505' : 'done';
  }

  finish({ who, version, place, upsert, content }: Extract<Step, { act: 'finish' }>): string {
    const old = this.objects.get(keyOf(place));
    // Whoever did not hear the answer may ask again.
    const again = upsert && old?.version === version && mayWrite(who, place);
    if (!again && !this.isHis(who, version)) return 'RG409';
    const refusal = refusalOf(content, place);
    if (refusal) return refusal;
    if (!mayWrite(who, place)) return '42501';
    if (again) old.content = content;
    if (again) return 'done';
    if (old && !upsert) return '23505';
    if (old) this.versions[old.version]!.state = 'garbage';
    this.versions[version]!.state = 'live';
    this.objects.set(keyOf(place), { version, content });
    return 'done';
  }

  move({ who, place, to }: Extract<Step, { act: 'move' }>): string {
    const object = this.objects.get(keyOf(place));
    if (!object || !mayWrite(who, place)) return 'nothing';
    const refusal = to.bucket !== place.bucket && refusalOf(object.content, to);
    if (refusal) return refusal;
    if (!mayWrite(who, to)) return '42501';
    if (keyOf(to) === keyOf(place)) return 'done';
    if (this.objects.has(keyOf(to))) return '23505';
    this.objects.delete(keyOf(place));
    this.objects.set(keyOf(to), object);
    return 'done';
  }

  remove({ who, place }: Extract<Step, { act: 'delete' }>): string {
    const object = this.objects.get(keyOf(place));
    if (!object || !mayWrite(who, place)) return 'nothing';
    this.versions[object.version]!.state = 'garbage';
    this.objects.delete(keyOf(place));
    return 'done';
  }

  end({ who, version, act }: Extract<Step, { act: 'release' | 'expire' }>): string {
    if (!this.isHis(who, version)) return 'nothing';
    this.versions[version]!.state = act === 'release' ? 'garbage' : 'expired';
    return 'done';
  }

  /** The versions that a sweep removes. */
  sweep(): string[] {
    const gone = this.versions.filter(({ state }) => state === 'garbage' || state === 'expired');
    for (const version of gone) version.state = 'forgotten';
    return gone.map(({ id }) => id).sort();
  }

  private isHis(who: Who, version: number): boolean {
    const found = this.versions[version];
    return found?.caller === who && (found.state === 'reserved' || found.state === 'expired');
  }
}

const mayWrite = (who: Who, place: Place) => who === 'service' || who === place.owner;

function refusalOf({ size, mimetype }: Content, { bucket }: Place): string | undefined {
  if (bucket === 'small' && size > SMALL) return 'RG413';
  return bucket === 'small' && !mimetype.startsWith('image/') ? 'RG415' : undefined;
}

/** Asks the database for a step, and returns what it answers: `done`, `nothing`, or the code of the refusal. */
export async function take(database: TestDatabase, model: VersionModel, step: Step): Promise<string> {
  const { who } = step;
  const ask = async (sql: string, values: unknown[]) => {
    let found = false;
    const code = await codeOf(
      database.query<{ r: unknown }>(WHO[who], sql, values).then(([row]) => {
        found = row !== undefined && row.r !== null && row.r !== false;
      }),
    );
    return code === 'done' && !found ? 'nothing' : code;
  };
  const idOf = (version: number) => model.versions[version]?.id ?? '00000000-0000-4000-8000-000000000000';
  switch (step.act) {
    case 'begin': {
      const { place, upsert } = step;
      const begun = database.query<{ version: string }>(
        WHO[who],
        `select version from storage.begin_upload($1, $2, $3, '1 hour')`,
        [place.bucket, objectOf(place), upsert],
      );
      return codeOf(
        begun.then(([row]) => model.versions.push({ id: row!.version, caller: who, state: 'reserved' })),
      );
    }
    case 'finish':
      return ask('select storage.finish_upload($1, $2, $3, $4, $5, null) as r', [
        ...[step.place.bucket, objectOf(step.place), idOf(step.version), step.upsert, step.content],
      ]);
    case 'move':
      return ask('select storage.move_row($1, $2, $3, $4) as r', [
        ...[step.place.bucket, objectOf(step.place), step.to.bucket, objectOf(step.to)],
      ]);
    case 'delete':
      return ask('select id as r from storage.remove_rows($1, array[$2])', [
        ...[step.place.bucket, objectOf(step.place)],
      ]);
    case 'release':
      return ask('select storage.release_version($1) as r', [idOf(step.version)]);
    case 'expire':
      return ask(`select storage.keep_version($1, '-1 second') as r`, [idOf(step.version)]);
    case 'sweep':
      return (await sweep(database)).join();
  }
}

/** As the sweep does: what is garbage is removed from the store, and forgotten. */
export async function sweep(database: TestDatabase): Promise<string[]> {
  const garbage = (
    await database.query<{ version: string }>(service, 'select storage.take_garbage(1000) as version')
  ).map(({ version }) => version);
  await database.query(service, 'select storage.forget_garbage($1)', [garbage]);
  return garbage.sort();
}

/** What the model says of a step, which it takes. */
export function foretell(model: VersionModel, step: Step): string {
  switch (step.act) {
    case 'begin':
      return model.begin(step);
    case 'finish':
      return model.finish(step);
    case 'move':
      return model.move(step);
    case 'delete':
      return model.remove(step);
    case 'release':
    case 'expire':
      return model.end(step);
    case 'sweep':
      return model.sweep().join();
  }
}

/** Versions and objects as they lie in the database. */
export async function look(database: TestDatabase) {
  const versions = await database.asOwner<{ version: string; state: string }>(
    'select version, state from app_private.storage_versions order by version',
  );
  const objects = await database.asOwner<{ key: string; version: string }>(
    `select bucket_id || '/' || name as key, version from storage.objects order by 1`,
  );
  return { versions, objects };
}

/** The same, as the model has them. */
export function expected(model: VersionModel) {
  return {
    versions: model.versions
      .filter(({ state }) => state !== 'forgotten')
      .map(({ id, state }) => ({ version: id, state: state === 'expired' ? 'reserved' : state }))
      .sort((one, other) => (one.version < other.version ? -1 : 1)),
    objects: [...model.objects]
      .map(([key, { version }]) => ({ key, version: model.versions[version]!.id }))
      .sort((one, other) => (one.key < other.key ? -1 : 1)),
  };
}

/** Rows without bytes, and bytes without a row that are neither on their way in nor on their way out. */
export const brokenVersions = (database: TestDatabase) =>
  database.asOwner<{ wrong: string }>(`
    select 'row without bytes: ' || o.name as wrong from storage.objects o
    left join app_private.storage_versions v on v.version::text = o.version and v.state = 'live' where v is null
    union all
    select 'bytes without a row: ' || v.version from app_private.storage_versions v
    where v.state = 'live' and not exists (select from storage.objects o where o.version = v.version::text)
    union all
    select 'two rows with the same bytes: ' || version from storage.objects group by version having count(*) > 1`);
