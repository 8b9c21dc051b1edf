import type { GenerationRow, VariantRow, World } from '../build/rows';
import { runOver, type Enactment } from './enactment';
import { insertOwn } from './insert';

/** A generation with its versions, the original first; without any while nothing of it is done. */
interface Item {
  row: GenerationRow;
  versions: VariantRow[];
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Items in the order in which they can be made, each wave in one statement: an edit names its source, a
 * segment its parent, a travel video the images it goes through, and none has an id before it is there.
 */
function wavesOf(items: readonly Item[]): Item[][] {
  const planned = new Map(items.map((item) => [item.row.id, item]));
  const known = new Map<Item, number>();
  const waveOf = (item: Item): number => {
    const found = known.get(item);
    if (found !== undefined) return found;
    const { based_on, parent_generation_id, params } = item.row;
    const text = JSON.stringify([based_on, parent_generation_id, params, item.versions[0]?.params]);
    const named = (text.match(UUID) ?? []).flatMap((id) => planned.get(id) ?? []);
    const wave = Math.max(-1, ...named.map(waveOf)) + 1;
    known.set(item, wave);
    return wave;
  };
  const waves: Item[][] = [];
  for (const item of items) (waves[waveOf(item)] ??= []).push(item);
  return waves;
}

const ADD = `
  select given.id as planned, made.id, made.primary_variant_id
  from jsonb_to_recordset($1) as given (
    id uuid, project_id uuid, location text, type text, thumbnail_url text, name text, params jsonb,
    based_on uuid, parent_generation_id uuid, child_order int, starred boolean)
  cross join lateral public.add_generation(
    given.project_id, given.location, given.type, given.thumbnail_url, given.name, given.params,
    given.based_on, given.parent_generation_id, given.child_order, given.starred) as made`;

async function addFinished(enactment: Enactment, items: readonly Item[]): Promise<void> {
  const originals = items.flatMap(({ row, versions: [original] }) => (original ? [{ row, original }] : []));
  const made = await runOver<{ planned: string; id: string; primary_variant_id: string }>(
    enactment,
    ADD,
    originals.map(({ row, original: { location, thumbnail_url, name, params } }) => ({
      ...row,
      ...{ location, thumbnail_url, name, params },
    })),
  );
  for (const { planned, id, primary_variant_id } of made) {
    enactment.ids.set(planned, id);
    const original = originals.find(({ row }) => row.id === planned)?.original;
    if (original) enactment.ids.set(original.id, primary_variant_id);
  }
}

/** What a composite is while its parts are still made: no location yet, which add_generation asks for. */
async function addUnfinished(enactment: Enactment, items: readonly Item[]): Promise<void> {
  await insertOwn(
    enactment,
    'generations',
    { project_id: 'uuid', type: 'text', name: 'text', params: 'jsonb', starred: 'boolean' },
    ['project_id', 'name'],
    items.filter(({ versions }) => versions.length === 0).map(({ row }) => row),
  );
}

const STAR = `
  update public.generation_variants v set starred = true
  from jsonb_to_recordset($1) as given (id uuid) where v.id = given.id`;

const SET_PRIMARY = `
  select made.id from jsonb_to_recordset($1) as given (id uuid)
  cross join lateral public.set_primary_variant(given.id) as made`;

const MARK_VIEWED = `
  select made.id from jsonb_to_recordset($1) as given (generation_id uuid)
  cross join lateral public.mark_variants_viewed(given.generation_id) as made`;

/** The versions made in this round, one of each item: 0 is the original, which is there. */
async function addVersions(enactment: Enactment, items: readonly Item[], round: number): Promise<void> {
  const made = items.flatMap(({ versions }) => versions[round] ?? []);
  if (round === 0) {
    await runOver(
      enactment,
      STAR,
      made.filter((version) => version.starred),
    );
  } else {
    await insertOwn(
      enactment,
      'generation_variants',
      {
        generation_id: 'uuid',
        location: 'text',
        thumbnail_url: 'text',
        name: 'text',
        params: 'jsonb',
        variant_type: 'text',
        starred: 'boolean',
      },
      ['generation_id'],
      made,
    );
    await runOver(
      enactment,
      SET_PRIMARY,
      made.filter((version) => version.is_primary),
    );
  }
  // Looking marks all that is there: it is done between the last version that was seen and the first that was not.
  const looked = items.flatMap(({ versions: all }) =>
    all[round]?.viewed_at != null && all[round + 1]?.viewed_at == null ? all[round] : [],
  );
  await runOver(enactment, MARK_VIEWED, looked);
}

/** Generations with all their versions, by the functions that gallery and lightbox call. */
export async function fillGallery(enactment: Enactment, world: World): Promise<void> {
  const items = world.generations.map((row): Item => ({
    row,
    versions: world.variants.filter((variant) => variant.generation_id === row.id),
  }));
  for (const wave of wavesOf(items)) {
    await addFinished(enactment, wave);
    await addUnfinished(enactment, wave);
  }
  const rounds = Math.max(...items.map(({ versions }) => versions.length));
  for (let round = 0; round < rounds; round++) await addVersions(enactment, items, round);
}
