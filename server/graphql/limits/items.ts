import {
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  Kind,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import type { Given } from './given';

/**
 * How many parts values have: items of lists and fields of objects, variables expanded. JSON is one part, whatever is
 * in it: it goes to the database as it is. Filters and orders are measured for themselves besides.
 */
export class Items {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema | undefined,
    private readonly given: Given,
  ) {}

  of(value: ValueNode): number {
    switch (value.kind) {
      case Kind.LIST:
        return value.values.reduce((sum, item) => sum + 1 + this.of(item), 0);
      case Kind.OBJECT:
        return value.fields.reduce((sum, field) => sum + 1 + this.of(field.value), 0);
      case Kind.VARIABLE:
        return this.ofVariable(value.name.value);
      default:
        return 0;
    }
  }

  /** Each is counted once, however often it is used. */
  private ofVariable(name: string): number {
    let count = this.counts.get(name);
    if (count === undefined) {
      const definition = this.given.definition(name);
      const value = this.given.value(name);
      // A name that no type has is for validation to tell.
      const type =
        definition &&
        this.schema &&
        (typeFromAST(this.schema, definition.type as never) as GraphQLInputType | undefined);
      if (value !== undefined) count = partsOf(value, type);
      else count = definition?.defaultValue ? this.of(definition.defaultValue) : 0;
      this.counts.set(name, count);
    }
    return count;
  }
}

function partsOf(value: unknown, type: GraphQLInputType | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  const bare = type && getNullableType(type);
  if (isScalarType(bare)) return 0;
  if (Array.isArray(value)) {
    const item = isListType(bare) ? (bare.ofType as GraphQLInputType) : undefined;
    return value.reduce((sum: number, each) => sum + 1 + partsOf(each, item), 0);
  }
  const one = isListType(bare) ? getNullableType(bare.ofType as GraphQLInputType) : bare;
  if (isScalarType(one)) return 0;
  const fields = isInputObjectType(one) ? one.getFields() : {};
  return Object.entries(value).reduce(
    (sum, [name, each]) =>
      sum + 1 + partsOf(each, Object.hasOwn(fields, name) ? fields[name]?.type : undefined),
    0,
  );
}
