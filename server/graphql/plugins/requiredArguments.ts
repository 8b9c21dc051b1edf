import {
  getNullableType,
  GraphQLList,
  GraphQLNonNull,
  isListType,
  isNonNullType,
  type GraphQLInputType,
} from 'graphql';
import { changeArguments } from './functionArguments';

/**
 * What an argument of a function may be. That one without a default must be given is PostGraphile's doing
 * (`pgStrictFunctions`), as if every function were STRICT: leaving out a shot's id is refused before anything
 * runs. But NULL can mean something: `@nullableArgs position` exempts these arguments, by their names in SQL.
 * Elements of lists are never NULL.
 */
export const requiredArguments = changeArguments((fn) => {
  const nullable = [fn.tags.nullableArgs ?? []].flat().flatMap((names) => String(names).split(/[\s,]+/));
  for (const name of nullable) {
    if (!fn.argNames.includes(name))
      throw new Error(`${fn.name} has no argument "${name}" that @nullableArgs could speak of.`);
  }
  return (name, argument) => {
    const inner = getNullableType(argument.type);
    const type = isListType(inner)
      ? new GraphQLList(new GraphQLNonNull(getNullableType(inner.ofType as GraphQLInputType)))
      : inner;
    const isRequired = isNonNullType(argument.type) && !nullable.includes(name);
    return { ...argument, type: isRequired ? new GraphQLNonNull(type) : type };
  };
});
