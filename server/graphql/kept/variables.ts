import {
  getNullableType,
  isInputObjectType,
  isListType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** Where in the variables a value stands. */
export type Path = readonly (string | number)[];

export interface Free {
  path: Path;
  type: 'text' | 'uuid' | 'number';
}

/**
 * Variables, taken apart: values that only become values of a statement, and the rest, which may decide how
 * it is written. What has the same `rest` is asked by the same statements.
 */
export interface Shape {
  rest: string;
  free: readonly Free[];
}

export interface Defined {
  name: string;
  type: GraphQLInputType;
}

/** Of these types a value decides nothing but by what it is compared with. */
const FREE = new Map<string, Free['type']>([
  ['String', 'text'],
  ['UUID', 'uuid'],
]);

/** To take more of them apart costs more than to write a statement. */
const MOST_VALUES = 200;
/** Of what is not free: it is kept. */
const MOST_CHARACTERS = 4_000;

/** The variables of an operation. */
export function definedBy(schema: GraphQLSchema, operation: OperationDefinitionNode): Defined[] {
  return (operation.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
    const type = typeFromAST(schema, node as NamedTypeNode) as GraphQLInputType | undefined;
    // Refused before anything runs when there is none.
    return type ? [{ name: variable.name.value, type }] : [];
  });
}

/**
 * @param numbers names of variables whose whole numbers above zero are free as well
 * @returns undefined when there are too many values
 */
export function shapeOf(
  defined: readonly Defined[],
  variables: Variables,
  numbers: readonly string[],
): Shape | undefined {
  const free: Free[] = [];
  let count = 0;
  const leave = (path: Path, type: Free['type']) => {
    free.push({ path, type });
    return { free: type };
  };

  /** What stands for a value in `rest`. */
  const take = (value: unknown, given: GraphQLInputType, path: Path): unknown => {
    const type: GraphQLInputType = getNullableType(given);
    if (++count > MOST_VALUES || value == null) return value;
    if (isListType(type)) {
      const item = type.ofType as GraphQLInputType;
      if (Array.isArray(value)) return value.map((each, index) => take(each, item, [...path, index]));
      // One stands for a list of one: what is coerced has another form than what was sent.
      count = Infinity;
      return value;
    }
    if (isInputObjectType(type)) {
      if (typeof value !== 'object' || Array.isArray(value)) count = Infinity;
      if (count > MOST_VALUES) return value;
      const fields = type.getFields();
      return Object.entries(value).map(([name, each]: [string, unknown]) => {
        const field = fields[name];
        // Refused later.
        if (!field) count = Infinity;
        return field && [name, take(each, field.type, [...path, name])];
      });
    }
    const freeType = FREE.get(type.name);
    // JSON is the caller's to nest, and what is no value of its type is refused later.
    if (typeof value === 'object') count = Infinity;
    // 1e999 is written like null.
    if (typeof value === 'number' && !Number.isFinite(value)) count = Infinity;
    // An empty text may be as good as none.
    return freeType && typeof value === 'string' && value !== '' ? leave(path, freeType) : value;
  };

  const rest = defined.map((each) => {
    const { name, type } = each;
    if (!Object.hasOwn(variables, name)) return 0;
    const isFree = numbers.includes(name) && isCount(each, variables);
    return [isFree ? leave([name], 'number') : take(variables[name], type, [name])];
  });
  if (count > MOST_VALUES) return undefined;
  const text = JSON.stringify(rest);
  return text.length > MOST_CHARACTERS ? undefined : { rest: text, free };
}

/** Whether a variable is a whole number that may be free. Zero decides: it is as good as none. */
export function isCount({ name, type }: Defined, variables: Variables): boolean {
  const bare = getNullableType(type);
  const value = variables[name];
  return 'name' in bare && bare.name === 'Int' && Number.isSafeInteger(value) && Number(value) > 0;
}

/** The value at a place. */
export function valueAt(variables: Variables, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], variables);
}

/** A copy of what has these places, with other values there. */
export function replaced(variables: Variables, values: readonly { path: Path; value: unknown }[]): Variables {
  const changed = new Set(values.map(({ path: [name] }) => String(name)));
  const copy = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      changed.has(name) ? structuredClone(value) : value,
    ]),
  );
  for (const { path, value } of values) {
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    holder[path.at(-1) as string | number] = value;
  }
  return copy;
}
