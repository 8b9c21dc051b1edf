import {
  defaultFieldResolver,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type ExecutionArgs,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import {
  buildExecutionContext,
  buildResolveInfo,
  collectFields,
  getFieldDef,
  type ExecutionContext,
} from 'graphql/execution/execute';
import { getArgumentValues } from 'graphql/execution/values';

export type Data = Record<string, unknown>;

/**
 * Puts the answer of a query together, as `execute` does, as long as nothing out of the ordinary comes up.
 * @returns undefined when something did, an error or a null where there can be none: then `execute` has to tell of it
 */
export type Answer = (args: ExecutionArgs) => Promise<Data | undefined>;

/** Of one answer. */
interface Run {
  /** The operation with this request's variables. */
  exe: ExecutionContext;
  /** What fields are asked with. */
  given: Map<FieldNode, Record<string, unknown>>;
  /** What has to be waited for. */
  pending: Promise<void>[];
}

type Complete = (value: unknown, run: Run) => unknown;

interface Field {
  key: string;
  resolve(row: unknown, run: Run): unknown;
  complete: Complete;
}

/** In the place of a request's own. */
const NOBODY = { variableValues: {}, contextValue: undefined, rootValue: undefined };

/** Thrown where there is something that graphql-js has to see to. */
const IRREGULAR = new Error('left to graphql-js');

/**
 * Compiles a query: what graphql-js finds out for each field of each row, which fields there are, who resolves them and
 * what becomes of a value, is found out once. The resolvers are the same.
 * @param args its variables decide which fields there are, by `@include`: those that do are the same in each run
 * @returns undefined for what cannot be known beforehand, such as types that depend on values
 */
export function compileAnswer(args: ExecutionArgs): Answer | undefined {
  const exe = contextOf(args);
  const type = args.schema.getQueryType();
  if (!exe || !type) return undefined;
  let fields: Field[];
  try {
    fields = compileFields(exe, type, [exe.operation], true);
    Object.assign(exe, NOBODY);
  } catch {
    // Not for us to tell: graphql-js comes upon it where the answer needs it.
    return undefined;
  }
  return async (given) => {
    const now = contextOf(given);
    if (!now) return undefined;
    const run: Run = { exe: now, given: new Map(), pending: [] };
    // All begin before one is waited for.
    const begun = fields.map(({ resolve }) => attempt(() => resolve(now.rootValue, run)));
    const values = await Promise.all(begun).catch(() => undefined);
    if (!values) return undefined;
    try {
      const data: Data = {};
      fields.forEach(({ key, complete }, n) => put(data, key, values[n], complete, run));
      await Promise.all(run.pending);
      return data;
    } catch {
      // Whatever it was, graphql-js comes upon it again.
      return undefined;
    }
  };
}

const attempt = async (work: () => unknown): Promise<unknown> => work();

function contextOf(args: ExecutionArgs): ExecutionContext | undefined {
  const exe = buildExecutionContext(
    args.schema,
    args.document,
    args.rootValue as unknown,
    args.contextValue as unknown,
    args.variableValues,
    args.operationName,
    undefined,
  );
  // Errors: the variables do not fit.
  return 'schema' in exe ? exe : undefined;
}

function compileFields(
  exe: ExecutionContext,
  type: GraphQLObjectType,
  nodes: readonly Pick<FieldNode, 'selectionSet'>[],
  isRoot = false,
): Field[] {
  const found = Object.create(null) as Record<string, FieldNode[]>;
  const seen = Object.create(null) as Record<string, true>;
  for (const { selectionSet } of nodes) {
    if (selectionSet) collectFields(exe, type, selectionSet, found, seen);
  }
  return Object.entries(found).map(([key, fieldNodes]) => compileField(exe, type, key, fieldNodes, isRoot));
}

function compileField(
  exe: ExecutionContext,
  parent: GraphQLObjectType,
  key: string,
  nodes: FieldNode[],
  isRoot: boolean,
): Field {
  const [node] = nodes;
  const field = node && getFieldDef(exe.schema, parent, node.name.value);
  if (!field) throw IRREGULAR;
  const resolver: (...given: Parameters<GraphQLFieldResolver<unknown, unknown>>) => unknown =
    field.resolve ?? defaultFieldResolver;
  const complete = completeBy(exe, field.type, nodes);
  const path = { prev: undefined, key, typename: parent.name };
  // What PostGraphile's fields look at is the same for each row. Root fields write statements, for which they look at
  // all. Nothing of whoever asked first is kept.
  const same = buildResolveInfo({ ...exe, ...NOBODY }, field, nodes, parent, path);
  const infoOf = (run: Run): GraphQLResolveInfo =>
    isRoot ? buildResolveInfo(run.exe, field, nodes, parent, path) : same;
  const none = {};
  const argumentsOf = (run: Run): Record<string, unknown> => {
    if (field.args.length === 0) return none;
    // The same for each row.
    let given = run.given.get(node);
    if (!given) run.given.set(node, (given = getArgumentValues(field, node, run.exe.variableValues)));
    return given;
  };
  return {
    ...{ key, complete },
    resolve: (row, run) => resolver(row, argumentsOf(run), run.exe.contextValue, infoOf(run)),
  };
}

/** Sets what becomes of a value, which may come later. */
function put(data: Data, key: string, value: unknown, complete: Complete, run: Run): void {
  if (!isPromise(value)) {
    data[key] = complete(value, run);
    return;
  }
  // Keeps its place among the others.
  data[key] = null;
  const pending = value.then((later) => void (data[key] = complete(later, run)));
  // Also where nobody comes to wait for it.
  pending.catch(() => undefined);
  run.pending.push(pending);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** What becomes of a field's value by its type. */
function completeBy(exe: ExecutionContext, type: GraphQLOutputType, nodes: FieldNode[]): Complete {
  if (isNonNullType(type)) {
    const inner = completeBy(exe, type.ofType as GraphQLOutputType, nodes);
    return (value, run) => {
      const completed = inner(value, run);
      if (completed === null) throw IRREGULAR;
      return completed;
    };
  }
  if (isListType(type)) {
    const item = completeBy(exe, type.ofType as GraphQLOutputType, nodes);
    return (value, run) => {
      if (value == null) return null;
      if (!Array.isArray(value)) throw IRREGULAR;
      return value.map((each) => (isPromise(each) ? irregular() : item(each, run)));
    };
  }
  if (isLeafType(type)) {
    return (value) => {
      if (value == null) return null;
      if (value instanceof Error) throw IRREGULAR;
      const told: unknown = type.serialize(value);
      return told === undefined ? irregular() : told;
    };
  }
  // Which type an interface or a union is, its value says.
  if (!isObjectType(type) || type.isTypeOf) throw IRREGULAR;
  const fields = compileFields(exe, type, nodes);
  return (value, run) => {
    if (value == null) return null;
    if (value instanceof Error) throw IRREGULAR;
    const data: Data = {};
    for (const { key, resolve, complete } of fields) put(data, key, resolve(value, run), complete, run);
    return data;
  };
}

function irregular(): never {
  throw IRREGULAR;
}
