import type { GraphQLFieldConfig } from 'graphql';

/** What PostGraphile tells of the type of a table's rows, as far as fields are added to it. `QueryBuilder`: as much of it as is used. */
export interface RowFieldsContext<QueryBuilder> {
  scope: { isPgRowType?: boolean; pgIntrospection?: { kind: string; name: string; namespaceName: string } };
  fieldWithHooks(
    name: string,
    spec: (field: {
      addDataGenerator(generate: () => { pgQuery: (queryBuilder: QueryBuilder) => void }): void;
    }) => object,
    scope: object,
  ): GraphQLFieldConfig<unknown, unknown>;
}
