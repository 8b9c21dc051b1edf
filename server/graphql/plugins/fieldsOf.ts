import type { Plugin } from 'graphile-build';
import { GraphQLNonNull, type GraphQLOutputType } from 'graphql';
import * as sql from 'pg-sql2';
import type { RowFieldsContext } from './rowFields';

type SQL = sql.SQLQuery;

interface PgType {
  id: string;
}

interface PgFunction {
  name: string;
  namespace: { name: string };
  argNames: string[];
  argModes: string[];
  argTypeIds: string[];
  tags: Record<string, string | string[] | true | undefined>;
}

interface QueryBuilder {
  getTableAlias(): SQL;
  select(expression: () => SQL, alias: string): void;
}

interface Build {
  pgIntrospectionResultsByKind: { procedure: PgFunction[]; typeById: Record<string, PgType | undefined> };
  pgGetGqlTypeByTypeIdAndModifier(typeId: string, modifier: null): GraphQLOutputType | null;
  pgTweakFragmentForTypeAndModifier(value: SQL, type: PgType, modifier: null, resolveData: object): SQL;
  pg2gql(value: unknown, type: PgType): unknown;
  inflection: { camelCase(name: string): string };
}

/** A result of such a function, which is a field. */
interface Result {
  column: string;
  type: PgType;
  gqlType: GraphQLOutputType;
  description: string;
}

/**
 * A function with the tag `@fieldsOf table` gives the type of that table its results as fields, each described
 * by a tag `@field result …`. Its arguments are named like columns of the table and get their values; it
 * returns one row, without NULL. However many of its fields are asked for, it stands once in the statement, in
 * a FROM, where PostgreSQL inlines it: a function of a row (`table_field(table)`) that reads a table is started
 * for each field of each row.
 */
export const fieldsOf: Plugin = (builder) => {
  builder.hook('GraphQLObjectType:fields', (fields, ourBuild, ourContext) => {
    const build = ourBuild as unknown as Build;
    const { scope, fieldWithHooks } = ourContext as unknown as RowFieldsContext<QueryBuilder>;
    const table = scope.pgIntrospection;
    if (!scope.isPgRowType || table?.kind !== 'class') return fields;
    const additions: typeof fields = {};
    for (const fn of build.pgIntrospectionResultsByKind.procedure) {
      if (fn.tags.fieldsOf !== table.name || fn.namespace.name !== table.namespaceName) continue;
      const results = resultsOf(fn, build);
      const ask = askOnce(fn, results, build);
      for (const { column, type, gqlType, description } of results) {
        const name = build.inflection.camelCase(column);
        additions[name] = fieldWithHooks(
          name,
          ({ addDataGenerator }) => {
            addDataGenerator(() => ({ pgQuery: (queryBuilder) => ask(queryBuilder, column) }));
            return {
              type: new GraphQLNonNull(gqlType),
              description,
              resolve: (row: Record<string, Record<string, unknown> | undefined>) =>
                build.pg2gql(row[aliasOf(fn)]?.[column], type),
            };
          },
          { pgFieldIntrospection: fn },
        );
      }
    }
    return { ...fields, ...additions };
  });
};

/** Not `@name`: so PostGraphile names what a document calls `name`. */
const aliasOf = (fn: PgFunction) => `@@${fn.name}`;

function resultsOf(fn: PgFunction, build: Build): Result[] {
  const descriptions = new Map(
    [fn.tags.field ?? []].flat().map((tag) => {
      const [, column = '', words = ''] = /^(\S+)\s+(.*)$/.exec(String(tag)) ?? [];
      return [column, words];
    }),
  );
  return fn.argNames.flatMap((column, index) => {
    if (fn.argModes[index] !== 't') return [];
    const type = build.pgIntrospectionResultsByKind.typeById[fn.argTypeIds[index] ?? ''];
    const gqlType = type && build.pgGetGqlTypeByTypeIdAndModifier(type.id, null);
    const description = descriptions.get(column);
    if (!gqlType || !description)
      throw new Error(`${fn.name} needs a tag "@field ${column} …" that describes it.`);
    return [{ column, type, gqlType, description }];
  });
}

/** Collects which results are asked for of a row, and selects them together when the statement is written. */
function askOnce(fn: PgFunction, results: Result[], build: Build) {
  const asked = new WeakMap<QueryBuilder, Set<string>>();
  return (queryBuilder: QueryBuilder, column: string): void => {
    const columns = asked.get(queryBuilder) ?? new Set<string>();
    columns.add(column);
    if (asked.has(queryBuilder)) return;
    asked.set(queryBuilder, columns);
    queryBuilder.select(() => {
      const row = queryBuilder.getTableAlias();
      const given = fn.argNames.flatMap((name, index) =>
        fn.argModes[index] === 'i' ? [sql.fragment`${row}.${sql.identifier(name)}`] : [],
      );
      const one = sql.identifier(Symbol(fn.name));
      const pairs = results
        .filter((result) => columns.has(result.column))
        .map((result) => {
          const value = sql.fragment`${one}.${sql.identifier(result.column)}`;
          return sql.fragment`${sql.literal(result.column)}::text, ${build.pgTweakFragmentForTypeAndModifier(value, result.type, null, {})}`;
        });
      const call = sql.fragment`${sql.identifier(fn.namespace.name, fn.name)}(${sql.join(given, ', ')})`;
      return sql.fragment`(select json_build_object(${sql.join(pairs, ', ')}) from ${call} as ${one})`;
    }, aliasOf(fn));
  };
}
