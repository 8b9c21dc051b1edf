import {
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';

const known = new WeakMap<GraphQLSchema, Map<string, number>>();

/**
 * How long the lists of introspection are in this schema, on average. A type describes itself by its fields, these by
 * their types, and so on without end: there is no other measure of what such a document writes.
 * @returns the function that gives the length of a list by the type it is a field of, and its name
 */
export function createListSizes(schema: GraphQLSchema): (parent: string, field: string) => number {
  let sizes = known.get(schema);
  if (!sizes) known.set(schema, (sizes = measure(schema)));
  const found = sizes;
  return (parent, field) => found.get(`${parent}.${field}`) ?? 1;
}

function measure(schema: GraphQLSchema): Map<string, number> {
  const types = Object.values(schema.getTypeMap());
  const described = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = described.flatMap((type) => Object.values(type.getFields()));
  const directives = schema.getDirectives();
  const mean = (counts: number[]) =>
    Math.max(1, counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length));
  return new Map([
    ['__Schema.types', types.length],
    ['__Schema.directives', directives.length],
    ['__Directive.args', mean(directives.map(({ args }) => args.length))],
    ['__Type.fields', fields.length / described.length],
    ['__Field.args', mean(fields.map(({ args }) => args.length))],
    [
      '__Type.inputFields',
      mean(types.filter(isInputObjectType).map((t) => Object.keys(t.getFields()).length)),
    ],
    ['__Type.enumValues', mean(types.filter(isEnumType).map((type) => type.getValues().length))],
    ['__Type.interfaces', mean(described.map((type) => type.getInterfaces().length))],
    [
      '__Type.possibleTypes',
      mean(types.filter(isAbstractType).map((t) => schema.getPossibleTypes(t).length)),
    ],
  ]);
}
