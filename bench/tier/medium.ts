import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withClient } from '../../server/postgres/setup';
import type { Cluster, Urls } from '../machine/cluster';

export interface Place {
  userId: string;
  projectId: string;
  /** A number for each project: 1 is the hot one. */
  project: number;
  generations: number;
  shots: number;
}

/** Tier M, for the gateway and for those who need more than the product has. */
export interface TierM {
  urls: Urls;
  /** The same, with the computed columns that stock PostGraphile reads instead of the product's own. */
  stock: Urls;
}

export const GENERATION = 4;
export const SHOT = 6;
const PROJECTS = 1000;
const USERS = 200;

/** Ids as medium.sql makes them. */
export function idOf(kind: number, n: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function placeOf(project: number): Place {
  const userId = idOf(1, 1 + ((project - 1) % USERS));
  const size = project === 1 ? { generations: 5000, shots: 60 } : { generations: 50, shots: 3 };
  return { userId, projectId: idOf(2, project), project, ...size };
}

/** As many places as asked for: the hot project as often as all the others together. */
export function spreadPlaces(count: number, chance: () => number): Place[] {
  return Array.from({ length: count }, (_, n) =>
    placeOf(n % 2 ? 1 : 2 + Math.floor(chance() * (PROJECTS - 1))),
  );
}

const read = (name: string) => readFile(path.join(__dirname, name), 'utf8');

/** What the triggers keep, reckoned anew: the data was written past them. Each counts what breaks a rule. */
const BROKEN = `
  select 'V1' as rule, count(*)::int as broken from generations g where location is not null and
    (select array_agg(v.id) from generation_variants v where v.generation_id = g.id and v.is_primary) is distinct from array[g.primary_variant_id]
  union all select 'V2', count(*)::int from generations g join generation_variants v on v.id = g.primary_variant_id
    where (g.location, g.thumbnail_url, g.params, g.name) is distinct from (v.location, v.thumbnail_url, v.params, v.name)
  union all select 'shots', count(*)::int from generations g where (select count(*) from jsonb_object_keys(g.shot_data)) <>
    (select count(distinct l.shot_id) from shot_generations l where l.generation_id = g.id)
  union all select 'sources', count(*)::int from generations g where based_on is not null
    and not exists (select from generations s where s.id = g.based_on and s.project_id = g.project_id and s.id <> g.id)
  union all select 'parents', count(*)::int from generations g where parent_generation_id is not null
    and not exists (select from generations p where p.id = g.parent_generation_id and p.project_id = g.project_id)`;

/** Makes both databases. @throws when what was written breaks a rule of the domain */
export async function loadTierM(cluster: Cluster): Promise<TierM> {
  const urls = await cluster.create('medium');
  await withClient(urls.root, async (root) => {
    await root.query(await read('medium.sql'));
    await root.query('vacuum analyze');
    const { rows } = await root.query<{ rule: string; broken: number }>(BROKEN);
    const broken = rows.filter((row) => row.broken > 0);
    if (broken.length > 0) throw new Error(`Tier M breaks rules: ${JSON.stringify(broken)}`);
  });
  const stock = await cluster.create('medium_stock', 'medium');
  await withClient(stock.owner, async (owner) => owner.query(await read('stock.sql')));
  return { urls, stock };
}
