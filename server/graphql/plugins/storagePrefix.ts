import type { Plugin } from 'graphile-build';
import { GraphQLString } from 'graphql';
import * as sql from 'pg-sql2';

type SQL = sql.SQLQuery;

interface QueryBuilder {
  getTableAlias(): SQL;
  where(condition: SQL): void;
}

interface Context {
  scope: { isPgFieldConnection?: boolean; pgFieldIntrospection?: { kind: string; name: string } };
  addArgDataGenerator(
    generate: (given: { prefix?: string | null }) => { pgQuery?: (queryBuilder: QueryBuilder) => void },
  ): void;
}

/** Longer than names may be, of the last character there is: whatever begins with a prefix comes before it. */
const HIGHEST = sql.fragment`repeat(chr(1114111), 257)`;

/**
 * Lists of objects can be asked for by the beginning of their names. As two comparisons and not as the filter
 * `startsWith`: under row-level security an index answers those, and only those.
 */
export const storagePrefix: Plugin = (builder) => {
  builder.hook('GraphQLObjectType:fields:field:args', (args, _build, ourContext) => {
    const { scope, addArgDataGenerator } = ourContext as unknown as Context;
    const table = scope.pgFieldIntrospection;
    if (!scope.isPgFieldConnection || table?.kind !== 'class' || table.name !== 'storage_objects')
      return args;
    addArgDataGenerator(({ prefix }) =>
      prefix == null || prefix === ''
        ? {}
        : {
            pgQuery: (queryBuilder) => {
              const name = sql.fragment`${queryBuilder.getTableAlias()}.name`;
              queryBuilder.where(sql.fragment`${name} >= ${sql.value(prefix)}`);
              queryBuilder.where(sql.fragment`${name} < ${sql.value(prefix)} || ${HIGHEST}`);
            },
          },
    );
    return {
      ...args,
      prefix: {
        type: GraphQLString,
        description: 'Only those whose name begins with it, such as a folder: `{user id}/uploads/`.',
      },
    };
  });
};
