import type { Plugin } from 'graphile-build';
import type { GraphQLInputType } from 'graphql';

export interface PgFunction {
  kind: string;
  name: string;
  isStable: boolean;
  argNames: string[];
  /** Empty when all are given by the caller. */
  argModes: string[];
  tags: Record<string, string | string[] | true | undefined>;
}

interface Build {
  pgIntrospectionResultsByKind: { procedure: PgFunction[] };
  inflection: { functionInputType(fn: PgFunction): string; argument(name: string, index: number): string };
}

/** What the API has for an argument: a field of a mutation's input, or an argument of a query's field. */
export interface Argument {
  type: GraphQLInputType;
  description?: string | null;
}

/**
 * A plugin that changes what the API has for the arguments of functions.
 * @param change gets a function and gives what to do with each of its arguments, by its name in SQL
 */
export function changeArguments(
  change: (fn: PgFunction) => (name: string, argument: Argument) => Argument,
): Plugin {
  const changed = <T extends object>(fn: PgFunction, fields: T, { inflection }: Build): T => {
    const changeOne = change(fn);
    const ours = fn.argNames.flatMap((name, index) => {
      const field = inflection.argument(name, index);
      const argument = (fields as Record<string, Argument | undefined>)[field];
      return argument ? [[field, changeOne(name, argument)] as const] : [];
    });
    return { ...fields, ...Object.fromEntries(ours) };
  };
  return (builder) => {
    builder.hook('GraphQLInputObjectType:fields', (fields, ourBuild, context) => {
      const build = ourBuild as unknown as Build;
      const { scope, Self } = context as unknown as {
        scope: { isMutationInput?: boolean };
        Self: { name: string };
      };
      if (!scope.isMutationInput) return fields;
      // The scope does not tell whose input it is.
      const fn = build.pgIntrospectionResultsByKind.procedure.find(
        (candidate) => !candidate.isStable && build.inflection.functionInputType(candidate) === Self.name,
      );
      return fn ? changed(fn, fields, build) : fields;
    });
    builder.hook('GraphQLObjectType:fields:field:args', (args, ourBuild, context) => {
      const { pgFieldIntrospection: entity, isRootMutation } = context.scope as {
        pgFieldIntrospection?: PgFunction;
        isRootMutation?: boolean;
      };
      return entity?.kind === 'procedure' && !isRootMutation
        ? changed(entity, args, ourBuild as unknown as Build)
        : args;
    });
  };
}
