import type { Plugin } from 'graphile-build';
import {
  getNullableType,
  GraphQLList,
  GraphQLNonNull,
  isListType,
  isNonNullType,
  type GraphQLInputType,
} from 'graphql';

interface PgFunction {
  kind: string;
  name: string;
  isStable: boolean;
  argNames: string[];
  tags: Record<string, string | string[] | true | undefined>;
}

interface Build {
  pgIntrospectionResultsByKind: { procedure: PgFunction[] };
  inflection: { functionInputType(fn: PgFunction): string; argument(name: string, index: number): string };
}

type Fields<T> = Record<string, T & { type: GraphQLInputType }>;

/**
 * What an argument of a function may be. That one without a default must be given is PostGraphile's doing
 * (`pgStrictFunctions`), as if every function were STRICT: leaving out a shot's id is refused before anything
 * runs. But NULL can mean something: `@nullableArgs position` exempts these arguments, by their names in SQL.
 * Elements of lists are never NULL.
 */
export const requiredArguments: Plugin = (builder) => {
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
    return fn ? withTypes(fn, fields, build) : fields;
  });
  builder.hook('GraphQLObjectType:fields:field:args', (args, ourBuild, context) => {
    const { pgFieldIntrospection: entity, isRootMutation } = context.scope as {
      pgFieldIntrospection?: PgFunction;
      isRootMutation?: boolean;
    };
    return entity?.kind === 'procedure' && !isRootMutation
      ? withTypes(entity, args, ourBuild as unknown as Build)
      : args;
  });
};

function withTypes<T extends object>(fn: PgFunction, fields: Fields<T>, { inflection }: Build): Fields<T> {
  const nullable = [fn.tags.nullableArgs ?? []].flat().flatMap((names) => String(names).split(/[\s,]+/));
  for (const name of nullable) {
    if (!fn.argNames.includes(name))
      throw new Error(`${fn.name} has no argument "${name}" that @nullableArgs could speak of.`);
  }
  const changed = fn.argNames.flatMap((argument, index) => {
    const name = inflection.argument(argument, index);
    const field = fields[name];
    if (!field) return [];
    const inner = getNullableType(field.type);
    const type = isListType(inner)
      ? new GraphQLList(new GraphQLNonNull(getNullableType(inner.ofType as GraphQLInputType)))
      : inner;
    const isRequired = isNonNullType(field.type) && !nullable.includes(argument);
    return [[name, { ...field, type: isRequired ? new GraphQLNonNull(type) : type }] as const];
  });
  return { ...fields, ...Object.fromEntries(changed) };
}
