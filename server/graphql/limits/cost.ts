import {
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { createListSizes } from './introspection';
import { exceed } from './refuse';
import { Values } from './values';

export interface CostLimits {
  /** How many rows a request asks for, those of its nested lists as often as there are rows above them. */
  cost: number;
  /** Rows of a list that names no size. */
  pageDefault: number;
}

interface Cost {
  /** Rows, whatever the size of the connection they hang on. */
  rows: number;
  /** Of a connection's own fields: rows for each row of it. */
  each: number;
  /** What introspection writes: objects that are in no table. */
  described: number;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
/** Of its own query, how often a tool may ask for as much as it in one request. */
const INTROSPECTIONS = 2;

/** Refuses an operation that asks for too many rows, with what it asks for and what it may. */
export function checkCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  values: Values,
  limits: CostLimits,
): void {
  const { rows, described } = new Reckoning(schema, fragments, values, limits.pageDefault).of(operation);
  if (rows > limits.cost) {
    exceed(
      `This asks for up to ${countOf(rows)} rows, its nested lists multiplied; a request can ask for ${limits.cost}. Name a smaller \`first\`, of the nested lists above all: one that names none has ${limits.pageDefault}.`,
    );
  }
  if (described > 0) {
    const most = INTROSPECTIONS * describedByTools(schema);
    if (described > most)
      exceed(
        `This asks for about ${countOf(described)} parts of the schema; a request can ask for ${countOf(most)}, twice what tools ask for.`,
      );
  }
}

const countOf = (rows: number) => (rows < 1e15 ? String(Math.ceil(rows)) : 'more than 10^15');

const known = new WeakMap<GraphQLSchema, number>();
function describedByTools(schema: GraphQLSchema): number {
  let described = known.get(schema);
  if (described === undefined) {
    const [operation, ...fragments] = parse(getIntrospectionQuery()).definitions;
    const all = Infinity;
    const limits = {
      ...{ valueDepth: all, valueBytes: all, variableBytes: all, pageSize: all },
      ...{ filterTerms: all, filterItems: all, filterTextBytes: all },
    };
    const byName = new Map(
      (fragments as FragmentDefinitionNode[]).map((fragment) => [fragment.name.value, fragment]),
    );
    const values = new Values(undefined, {}, limits);
    described = new Reckoning(schema, byName, values, 0).of(operation as OperationDefinitionNode).described;
    known.set(schema, described);
  }
  return described;
}

/** Adds up what is asked for, by the schema. Each fragment once, as with the other measures. */
class Reckoning {
  private readonly reckoned = new Map<string, Cost>();
  private readonly listSize: ReturnType<typeof createListSizes>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly values: Values,
    private readonly pageDefault: number,
  ) {
    this.listSize = createListSizes(schema);
  }

  of({ operation, selectionSet }: OperationDefinitionNode): Cost {
    const roots = {
      query: this.schema.getQueryType(),
      mutation: this.schema.getMutationType(),
      subscription: this.schema.getSubscriptionType(),
    };
    const root = roots[operation];
    return root ? this.set(selectionSet, root) : { rows: 0, each: 0, described: 0 };
  }

  private set(set: SelectionSetNode, type: GraphQLCompositeType): Cost {
    const cost: Cost = { rows: 0, each: 0, described: 0 };
    for (const selection of set.selections) {
      let more: Cost | undefined;
      if (selection.kind === Kind.FIELD) more = this.field(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) more = this.fragment(selection.name.value);
      else {
        const condition = selection.typeCondition?.name.value;
        const narrowed = condition === undefined ? type : this.schema.getType(condition);
        if (isCompositeType(narrowed)) more = this.set(selection.selectionSet, narrowed);
      }
      cost.rows += more?.rows ?? 0;
      cost.each += more?.each ?? 0;
      cost.described += more?.described ?? 0;
    }
    return cost;
  }

  private fragment(name: string): Cost | undefined {
    const known = this.reckoned.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && this.schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !isCompositeType(type)) return undefined;
    // While it is open it adds nothing: circular ones are for validation to name.
    this.reckoned.set(name, { rows: 0, each: 0, described: 0 });
    const cost = this.set(fragment.selectionSet, type);
    this.reckoned.set(name, cost);
    return cost;
  }

  private field(field: FieldNode, parent: GraphQLCompositeType): Cost | undefined {
    const definition = this.definitionOf(field.name.value, parent);
    const type = definition && getNamedType(definition.type);
    if (!definition || !field.selectionSet || !isCompositeType(type)) return undefined;
    const below = this.set(field.selectionSet, type);
    const isList = isListType(getNullableType(definition.type));
    if (type.name.startsWith('__')) {
      const size = isList ? this.listSize(parent.name, definition.name) : 1;
      return { rows: 0, each: 0, described: size * (1 + below.described) };
    }
    // The row of an edge was counted as the edge.
    const own = definition.name === 'node' && parent.name.endsWith('Edge') ? 0 : 1;
    const one: Cost = { rows: own + below.rows, each: 0, described: below.described };
    if (isConnection(type)) {
      const size = this.sizeOf(field, definition);
      return { rows: 1 + below.rows + size * below.each, each: 0, described: below.described };
    }
    if (!isList) return one;
    if (isConnection(parent)) return { rows: 0, each: one.rows, described: one.described };
    const size = this.sizeOf(field, definition);
    return { rows: size * one.rows, each: 0, described: size * one.described };
  }

  private definitionOf(
    name: string,
    parent: GraphQLCompositeType,
  ): GraphQLField<unknown, unknown> | undefined {
    if (parent === this.schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    if (!('getFields' in parent)) return undefined;
    const fields = parent.getFields();
    return Object.hasOwn(fields, name) ? fields[name] : undefined;
  }

  private sizeOf(field: FieldNode, { args }: GraphQLField<unknown, unknown>): number {
    for (const argument of field.arguments ?? []) {
      const name = argument.name.value;
      if ((name !== 'first' && name !== 'last') || !args.some((known) => known.name === name)) continue;
      const size = this.values.numberOf(argument.value);
      if (size !== undefined) return size;
    }
    return this.pageDefault;
  }
}

function isConnection(type: GraphQLCompositeType): boolean {
  return isObjectType(type) && type.name.endsWith('Connection') && 'pageInfo' in type.getFields();
}
