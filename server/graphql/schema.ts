import PgSimplifyInflectorPlugin from '@graphile-contrib/pg-simplify-inflector';
import type { GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
// Not out of postgraphile, which brings a web server along: a tenth of all modules there are to read at a start.
import { createPostGraphileSchema, type PostGraphileCoreOptions } from 'postgraphile-core';
import ConnectionFilterPlugin from 'postgraphile-plugin-connection-filter';
import type { Settings } from '../config';
import type { StorageLinks } from '../storage/links';
import { keptStatements } from './kept/plugin';
import { readConstraintWords, type ConstraintWords } from './databaseErrors';
import { argumentDescriptions } from './plugins/argumentDescriptions';
import { columnSums } from './plugins/columnSums';
import { cursorsOverNulls } from './plugins/cursors';
import { fieldsOf } from './plugins/fieldsOf';
import { leanRoots } from './plugins/leanRoots';
import { pageSize } from './plugins/pageSize';
import { realtime } from './plugins/realtime';
import { requiredArguments } from './plugins/requiredArguments';
import { storageLinks } from './plugins/storageLinks';
import { storagePrefix } from './plugins/storagePrefix';

/** The API as the database describes it. */
export interface Api {
  schema: GraphQLSchema;
  constraints: ConstraintWords;
}

function postGraphileOptions(pages: Settings['pageSize'], links: StorageLinks): PostGraphileCoreOptions {
  return {
    appendPlugins: [
      PgSimplifyInflectorPlugin,
      ConnectionFilterPlugin,
      pageSize(pages.default, pages.max),
      cursorsOverNulls,
      leanRoots,
      fieldsOf,
      columnSums,
      storageLinks(links),
      storagePrefix,
      requiredArguments,
      argumentDescriptions,
      realtime,
      keptStatements,
    ],
    // What a caller could never use is not in the schema.
    ignoreRBAC: false,
    dynamicJson: true,
    legacyRelations: 'omit',
    setofFunctionsContainNulls: false,
    graphileBuildOptions: {
      pgShortPk: true,
      // An argument without a default must be given; requiredArguments knows the exceptions.
      pgStrictFunctions: true,
      connectionFilterRelations: true,
      // A variable that is not given is no filter, and no fault.
      connectionFilterAllowNullInput: true,
      connectionFilterComputedColumns: false,
      connectionFilterSetofFunctions: false,
    },
  };
}

/**
 * Builds the schema by introspecting as reigh_introspector: a member of anon, authenticated and worker.
 * The authenticator itself sees what service_role is granted and would reflect mutations that no user
 * may call (measured: createCreditsLedger, UserPatch.credits).
 * @param pages rows of a connection that is asked for without `first` or `last`, and the most there can be
 * @param links addresses of stored files
 */
export async function buildApi(pool: Pool, pages: Settings['pageSize'], links: StorageLinks): Promise<Api> {
  const client = await pool.connect();
  try {
    // Of the transaction and not of the connection: behind a pooler that goes on to somebody else's request.
    await client.query('begin read only; set local role reigh_introspector');
    const schema = await createPostGraphileSchema(client, ['public'], postGraphileOptions(pages, links));
    const constraints = await readConstraintWords(client);
    await client.query('commit');
    return { schema, constraints };
  } finally {
    // Not given back: whatever failed, it must not act as the introspector for another caller.
    client.release(true);
  }
}
