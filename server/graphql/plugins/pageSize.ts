import type { Plugin } from 'graphile-build';
import { RequestError } from '../../errors';

interface PageArguments {
  first?: number | null;
  last?: number | null;
  offset?: number | null;
}

interface QueryBuilder {
  first(count: number): void;
}

/**
 * A connection that is asked for without `first` or `last` gives one page and not the whole table:
 * at the root, nested, and for functions that return sets.
 * A size above `max` is refused here too, where it has its final value: the rule that looks at the
 * document beforehand answers sooner, but need not know every way of writing a number.
 * @param size rows of a page
 * @param max most rows that can be asked for
 */
export function pageSize(size: number, max: number): Plugin {
  return (builder) => {
    builder.hook('GraphQLObjectType:fields:field:args', (args, _build, context) => {
      const { scope, addArgDataGenerator } = context as unknown as {
        scope: { isPgFieldConnection?: boolean; isPgFieldSimpleCollection?: boolean };
        addArgDataGenerator(
          generate: (given: PageArguments) => { pgQuery?: (queryBuilder: QueryBuilder) => void },
        ): void;
      };
      if (!scope.isPgFieldConnection && !scope.isPgFieldSimpleCollection) return args;
      addArgDataGenerator(({ first, last, offset }) => {
        if (Math.min(first ?? 0, last ?? 0, offset ?? 0) < 0) {
          throw new RequestError('INVALID_INPUT', 'first, last and offset cannot be negative.');
        }
        if (Math.max(first ?? 0, last ?? 0) > max) {
          throw new RequestError('LIMIT_EXCEEDED', `first and last can be ${max} at most.`);
        }
        return first == null && last == null ? { pgQuery: (queryBuilder) => queryBuilder.first(size) } : {};
      });
      return args;
    });
  };
}
