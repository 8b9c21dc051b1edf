import type { Plugin } from 'graphile-build';
import type { GraphQLResolveInfo } from 'graphql';
import * as sql from 'pg-sql2';
import { Statements, type Statement, type Writer } from './statements';

interface Build {
  parseResolveInfo(info: GraphQLResolveInfo, ...rest: unknown[]): unknown;
  pgQueryFromResolveData(...args: unknown[]): sql.SQLQuery;
  pgSql: { compile(query: sql.SQLQuery): Statement };
}

/** The seventh argument of `pgQueryFromResolveData`. */
const ROOT_VALUE = 6;

/**
 * Lets the root fields of a query take a statement that was written before. All of PostGraphile's write theirs by these
 * three steps, and do afterwards with the answer what they always do.
 */
export const keptStatements: Plugin = (builder) => {
  builder.hook('build', (ourBuild) => {
    const build = ourBuild as unknown as Build;
    const { parseResolveInfo, pgQueryFromResolveData, pgSql } = build;
    const writers = new WeakMap<sql.SQLQuery, Writer>();
    const steps: Build = {
      parseResolveInfo: (info, ...rest) => {
        const statements: unknown = info.rootValue;
        const isRoot = statements instanceof Statements && info.path.prev === undefined;
        return isRoot && statements.begin(String(info.path.key), info.variableValues)
          ? { name: info.fieldName, alias: String(info.path.key), args: {}, fieldsByTypeName: {} }
          : parseResolveInfo(info, ...rest);
      },
      pgQueryFromResolveData: (...args) => {
        const statements = args[ROOT_VALUE];
        const writer = statements instanceof Statements ? statements.take() : undefined;
        if (!writer) return pgQueryFromResolveData(...args);
        const query = writer.isKept ? [sql.raw('')] : pgQueryFromResolveData(...args);
        writers.set(query, writer);
        return query;
      },
      pgSql: {
        ...pgSql,
        compile: (query) => {
          const writer = writers.get(query);
          return writer ? writer.finish(query, pgSql.compile) : pgSql.compile(query);
        },
      },
    };
    // `extend` would refuse to replace what there is.
    return Object.assign(ourBuild, steps);
  });
};
