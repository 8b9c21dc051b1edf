import {
  getNamedType,
  getOperationAST,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Item } from '../realtime/delivery';
import { readerOf, type Read } from './plugins/realtimeFields';

/**
 * Makes the text of a result of what a subscription is told. A subscription asks for the same of every change, so what
 * graphql-js finds out anew for each is found out once for a document.
 * @returns undefined for what only graphql-js can answer: with an error
 */
export type WriteResult = (item: Item) => string | undefined;

/** Writes a value as JSON. @throws whatever, when there is an error to be told */
type Write = (value: unknown) => string;

const known = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Map<string, WriteResult | undefined>>>();

/**
 * The same function for all who ask by the same document: what it makes of an item is the same for all of them.
 * @returns undefined when the document asks for more than the change tells itself, or leaves something to variables
 */
export function resultWriterOf({ schema, document, operationName }: ExecutionArgs): WriteResult | undefined {
  let ofSchema = known.get(schema);
  if (!ofSchema) known.set(schema, (ofSchema = new WeakMap<DocumentNode, Map<string, WriteResult>>()));
  let ofDocument = ofSchema.get(document);
  if (!ofDocument) ofSchema.set(document, (ofDocument = new Map<string, WriteResult>()));
  const name = operationName ?? '';
  if (!ofDocument.has(name)) ofDocument.set(name, compile(schema, document, operationName));
  return ofDocument.get(name);
}

/** What is asked cannot be told from the change alone. */
class Unfit extends Error {}

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): WriteResult | undefined {
  const root = schema.getSubscriptionType();
  const operation = getOperationAST(document, operationName);
  if (!root || !operation) return undefined;
  try {
    const write = objectWriter(root, [operation.selectionSet], document);
    return (item) => {
      try {
        return `{"data":${write(item)}}`;
      } catch {
        // An error stands at a place in the result: for graphql-js to say.
        return undefined;
      }
    };
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}

/** In the order, and put together, as graphql-js does it. Source: the GraphQL specification, 6.3.2. */
function collect(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  document: DocumentNode,
  fields: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.directives?.length) throw new Unfit();
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const same = fields.get(key);
      if (same) same.push(selection);
      else fields.set(key, [selection]);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(selection, document);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (seen.has(selection.name.value)) continue;
      seen.add(selection.name.value);
    }
    if (fragment.directives?.length) throw new Unfit();
    if (fragment.typeCondition && fragment.typeCondition.name.value !== type.name) throw new Unfit();
    collect(type, fragment.selectionSet, document, fields, seen);
  }
}

function fragmentOf({ name }: FragmentSpreadNode, { definitions }: DocumentNode): FragmentDefinitionNode {
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name.value)
      return definition;
  }
  throw new Unfit();
}

function objectWriter(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  document: DocumentNode,
): Write {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  for (const set of sets) collect(type, set, document, fields, seen);
  const reads: Read[] = [];
  const writes: Write[] = [];
  const heads: string[] = [];
  for (const [key, nodes] of fields) {
    const name = nodes[0]!.name.value;
    heads.push(`${heads.length === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    if (name === '__typename') {
      const text = JSON.stringify(type.name);
      reads.push(() => undefined);
      writes.push(() => text);
      continue;
    }
    const field = type.getFields()[name];
    const read = readerOf(type.name, name);
    if (!field || !read) throw new Unfit();
    const selected = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    reads.push(read);
    writes.push(valueWriter(field.type, selected, document));
  }
  return (value) => {
    let text = '';
    for (let n = 0; n < heads.length; n++) text += heads[n]! + writes[n]!(reads[n]!(value));
    return `${text}}`;
  };
}

function valueWriter(
  given: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  document: DocumentNode,
): Write {
  const type = getNullableType(given);
  let write: Write;
  if (isListType(type)) {
    const writeOne = valueWriter(type.ofType as GraphQLOutputType, sets, document);
    write = (value) => `[${(value as unknown[]).map(writeOne).join()}]`;
  } else if (isObjectType(type)) write = objectWriter(type, sets, document);
  else if (isLeafType(type)) write = leafWriter(type);
  else throw new Unfit();
  const isRequired = isNonNullType(given);
  return (value) => {
    if (value !== null && value !== undefined) return write(value);
    if (isRequired) throw new Error(`${getNamedType(given).name} is required`);
    return 'null';
  };
}

function leafWriter(type: GraphQLLeafType): Write {
  if (isEnumType(type)) {
    const texts = new Map(
      type.getValues().map(({ name, value }) => [value as unknown, JSON.stringify(name)]),
    );
    return (value) => {
      const text = texts.get(value);
      if (text === undefined) throw new Error(`${type.name} has no such value`);
      return text;
    };
  }
  return (value) => {
    const serialized: unknown = type.serialize(value);
    const text = JSON.stringify(serialized) as string | undefined;
    if (serialized === null || text === undefined) throw new Error(`${type.name} cannot be told`);
    return text;
  };
}
