import type { Plugin } from 'graphile-build';

interface PageArguments {
  first?: number | null;
  last?: number | null;
}

interface QueryBuilder {
  first(count: number): void;
}

/**
 * A connection that is asked for without `first` or `last` gives one page and not the whole table:
 * at the root, nested, and for functions that return sets.
 * @param size rows of a page
 */
export function pageSizeDefault(size: number): Plugin {
  return (builder) => {
    builder.hook('GraphQLObjectType:fields:field:args', (args, _build, context) => {
      const { scope, addArgDataGenerator } = context as unknown as {
        scope: { isPgFieldConnection?: boolean; isPgFieldSimpleCollection?: boolean };
        addArgDataGenerator(
          generate: (given: PageArguments) => { pgQuery?: (queryBuilder: QueryBuilder) => void },
        ): void;
      };
      if (!scope.isPgFieldConnection && !scope.isPgFieldSimpleCollection) return args;
      addArgDataGenerator(({ first, last }) =>
        first == null && last == null ? { pgQuery: (queryBuilder) => queryBuilder.first(size) } : {},
      );
      return args;
    });
  };
}
