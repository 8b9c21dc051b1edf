import type { Plugin } from 'graphile-build';
import { GraphQLNonNull, type GraphQLFieldConfig, type GraphQLOutputType } from 'graphql';
import * as sql from 'pg-sql2';

type SQL = sql.SQLQuery;

interface PgType {
  id: string;
}

interface PgColumn {
  name: string;
  typeId: string;
  aclSelectable: boolean;
  tags: Record<string, string | string[] | true | undefined>;
}

interface AggregateQueryBuilder {
  getTableAlias(): SQL;
  select(expression: SQL, alias: string): void;
}

interface Build {
  pgIntrospectionResultsByKind: { typeById: Record<string, PgType | undefined> };
  pgGetGqlTypeByTypeIdAndModifier(typeId: string, modifier: null): GraphQLOutputType | null;
  pgTweakFragmentForTypeAndModifier(value: SQL, type: PgType, modifier: null, resolveData: object): SQL;
  pg2gql(value: unknown, type: PgType): unknown;
  inflection: { column(column: PgColumn): string };
}

interface Context {
  scope: { isPgRowConnectionType?: boolean; pgIntrospection?: { kind: string; attributes: PgColumn[] } };
  fieldWithHooks(
    name: string,
    spec: (field: {
      addDataGenerator(
        generate: () => { pgAggregateQuery: (queryBuilder: AggregateQueryBuilder) => void },
      ): void;
    }) => object,
    scope: object,
  ): GraphQLFieldConfig<unknown, unknown>;
}

/**
 * A numeric column with the tag `@sum name` gives every connection of its table the field `name`: the sum over
 * all rows that match, whatever the page. It is worked out in the same pass as `totalCount`, so it sees what
 * that sees: the filters, and the rows that row-level security shows. Only what is tagged can be summed.
 * A sum of no rows is 0.
 */
export const columnSums: Plugin = (builder) => {
  builder.hook('GraphQLObjectType:fields', (fields, ourBuild, ourContext) => {
    const build = ourBuild as unknown as Build;
    const { scope, fieldWithHooks } = ourContext as unknown as Context;
    const table = scope.pgIntrospection;
    if (!scope.isPgRowConnectionType || table?.kind !== 'class') return fields;
    const additions: typeof fields = {};
    for (const column of table.attributes) {
      const name = column.tags.sum;
      // A sum tells what is in the column: it is for those who may read it.
      if (typeof name !== 'string' || !column.aclSelectable) continue;
      const type = build.pgIntrospectionResultsByKind.typeById[column.typeId];
      const gqlType = type && build.pgGetGqlTypeByTypeIdAndModifier(type.id, null);
      if (!gqlType) throw new Error(`${column.name} has a type that cannot be summed (@sum ${name}).`);
      // Nothing a document can name, so that it stands in nobody's way.
      const alias = `@@sum_${column.name}`;
      additions[name] = fieldWithHooks(
        name,
        ({ addDataGenerator }) => {
          addDataGenerator(() => ({
            pgAggregateQuery: (queryBuilder) => {
              const value = sql.fragment`coalesce(sum(${queryBuilder.getTableAlias()}.${sql.identifier(column.name)}), 0)`;
              queryBuilder.select(build.pgTweakFragmentForTypeAndModifier(value, type, null, {}), alias);
            },
          }));
          return {
            type: new GraphQLNonNull(gqlType),
            description: `The sum of \`${build.inflection.column(column)}\` over *all* rows you could get from the connection.`,
            resolve: ({ aggregates }: { aggregates?: Record<string, unknown> | null }) =>
              build.pg2gql(aggregates?.[alias] ?? '0', type),
          };
        },
        { isPgConnectionSumField: true, pgFieldIntrospection: column },
      );
    }
    return { ...fields, ...additions };
  });
};
