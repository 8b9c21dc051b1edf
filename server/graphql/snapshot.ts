import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import type { Settings } from '../config';
import { requireUrl } from '../postgres/open';
import { refuseWhenBehind } from '../postgres/migrate';
import { withPool, type DatabaseUrls } from '../postgres/setup';
import { readCatalog } from '../postgres/catalog';
import { createStorageLinks } from '../storage/links';
import { buildApi } from './schema';
import { PROJECT } from '../project';

const FOLDER = path.join(PROJECT, 'schema');

/** The schema is printed here, and nobody asks it for an address. */
const NO_LINKS = createStorageLinks(
  () => '',
  () => undefined,
);

/** The files that stand for the API and the database, generated and committed. */
export interface SchemaFiles {
  'schema.graphql': string;
  'catalog.txt': string;
}

/** Generates schema/ from the database. */
export async function generateSchemaFiles(
  urls: DatabaseUrls,
  settings: Pick<Settings, 'pageSize'>,
): Promise<SchemaFiles> {
  return withPool(requireUrl(urls.auth, 'AUTH_DATABASE_URL'), async (pool) => {
    await refuseWhenBehind(pool);
    const { schema } = await buildApi(pool, settings.pageSize, NO_LINKS);
    return {
      'schema.graphql': `${printSchema(lexicographicSortSchema(schema)).trim()}\n`,
      'catalog.txt': await readCatalog(requireUrl(urls.owner, 'DATABASE_URL')),
    };
  });
}

export async function writeSchemaFiles(
  urls: DatabaseUrls,
  settings: Pick<Settings, 'pageSize'>,
): Promise<void> {
  const files = await generateSchemaFiles(urls, settings);
  for (const [name, text] of Object.entries<string>({ ...files }))
    await writeFile(path.join(FOLDER, name), text);
}

/** Names of the committed files that are not what the database says. */
export async function staleSchemaFiles(
  urls: DatabaseUrls,
  settings: Pick<Settings, 'pageSize'>,
): Promise<string[]> {
  const files = await generateSchemaFiles(urls, settings);
  const stale: string[] = [];
  for (const [name, text] of Object.entries<string>({ ...files })) {
    const committed = await readFile(path.join(FOLDER, name), 'utf8').catch(() => '');
    if (committed !== text) stale.push(`schema/${name}`);
  }
  return stale;
}
