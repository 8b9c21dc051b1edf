import type { Plugin } from 'graphile-build';
import * as sql from 'pg-sql2';
import { RequestError } from '../../errors';

type SQL = sql.SQLQuery;

type Comparator = (cursor: unknown, isAfter: boolean) => void;

interface QueryBuilder {
  data: { cursorPrefix: string[] };
  setCursorComparator(compare: Comparator): void;
  getOrderByExpressionsAndDirections(): [SQL, boolean][];
  isOrderUnique(): boolean;
  whereBound(condition: SQL, isLower: boolean): void;
}

interface ListArguments {
  after?: string | null;
  before?: string | null;
  orderBy?: { alias?: string }[] | null;
}

const REFUSAL = 'Invalid cursor, please enter a cursor from a previous request with the same order, or null.';

/**
 * Pages by cursor over columns that can be NULL. PostGraphile compares with > and =, which are never
 * true of NULL: all rows behind the first NULL were lost without a word. A cursor of another order is
 * refused instead of giving an empty page.
 */
export const cursorsOverNulls: Plugin = (builder) => {
  builder.hook('GraphQLObjectType:fields:field:args', (args, _build, context) => {
    const { scope, addArgDataGenerator } = context as unknown as {
      scope: { isPgFieldConnection?: boolean };
      addArgDataGenerator(
        generate: (given: ListArguments) => { pgQuery?: (queryBuilder: QueryBuilder) => void },
      ): void;
    };
    if (!scope.isPgFieldConnection) return args;
    addArgDataGenerator(({ after, before, orderBy }) => {
      if (after == null && before == null) return {};
      const aliases = (orderBy ?? []).flatMap(({ alias }) => (alias ? [alias] : []));
      return { pgQuery: (queryBuilder) => compareWithNulls(queryBuilder, aliases) };
    });
    return args;
  });
};

function compareWithNulls(queryBuilder: QueryBuilder, aliases: string[]): void {
  const original = queryBuilder.setCursorComparator.bind(queryBuilder);
  queryBuilder.setCursorComparator = (fallback) =>
    original((cursor, isAfter) => {
      if (!Array.isArray(cursor)) throw new RequestError('INVALID_INPUT', REFUSAL);
      const order = queryBuilder.getOrderByExpressionsAndDirections();
      // Sets without an order of their own are paged by row number: that is PostGraphile's business.
      if (order.length === 0 || !queryBuilder.isOrderUnique()) {
        // It counts rows from 1, and takes any number: a page before the first has a negative length.
        const row: unknown = cursor.at(-1);
        if (!Number.isSafeInteger(row) || Number(row) < 1) throw new RequestError('INVALID_INPUT', REFUSAL);
        fallback(cursor, isAfter);
        return;
      }
      const prefix = aliases.length > 0 ? aliases : queryBuilder.data.cursorPrefix;
      const values: unknown = cursor.at(-1);
      const fits = Array.isArray(values) && values.length === order.length;
      if (!fits || JSON.stringify(cursor.slice(0, -1)) !== JSON.stringify(prefix))
        throw new RequestError('INVALID_INPUT', REFUSAL);
      queryBuilder.whereBound(beyond(order, values, isAfter), isAfter);
    });
}

/** The rows beyond a cursor, in the direction of paging; NULL is larger than every value, as PostgreSQL sorts it. */
function beyond(order: [SQL, boolean][], values: unknown[], isAfter: boolean): SQL {
  return order.reduceRight<SQL>(
    (rest, [expression, ascending], index) => {
      const value = values[index];
      const towardsLarger = ascending === isAfter;
      if (value === null) {
        return towardsLarger
          ? sql.fragment`(${expression} is null and ${rest})`
          : sql.fragment`(${expression} is not null or ${rest})`;
      }
      const given = sql.value(value);
      return towardsLarger
        ? sql.fragment`(${expression} > ${given} or ${expression} is null or (${expression} = ${given} and ${rest}))`
        : sql.fragment`(${expression} < ${given} or (${expression} = ${given} and ${rest}))`;
    },
    sql.fragment`false`,
  );
}
