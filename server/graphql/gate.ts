import {
  specifiedRules,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { parseRequestParams, type Request, type RequestParams } from 'graphql-http';
import type { Role } from '../auth/claims';
import type { Settings } from '../config';
import type { TextLimits } from './limits/text';
import { createReader } from './documents';
import { parseBriefly, validateBriefly } from './operations';
import { readOperationLists } from './operationList';
import { createPersistedOperations, type PersistedOperations, type PersistedRequest } from './persisted';
import { introspectionRules, quieten, type Disclosure } from './production';

/** What stands before an operation on both fronts: which texts are answered, and what is told of the schema. */
export interface Gate extends Pick<PersistedOperations, 'textOf'> {
  /** @throws GraphQLError when it is no document, or too large to be parsed */
  parse(text: string, limits: TextLimits): DocumentNode;
  /** The rules that hold for a caller: those given, and what else he may not ask. */
  rulesFor(rules: readonly ValidationRule[], role: Role): readonly ValidationRule[];
  /** Validates, but for what a document of the list is known to keep. */
  validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules?: readonly ValidationRule[],
  ): readonly GraphQLError[];
  /** What a caller is told of errors, and of a result with some. */
  errors(errors: readonly GraphQLError[]): readonly GraphQLError[];
  result(result: ExecutionResult): ExecutionResult;
}

export function createGate(disclosure: Disclosure, persisted: PersistedOperations): Gate {
  const read = createReader();
  return {
    ...quieten(disclosure),
    textOf: persisted.textOf,
    parse: (text, limits) =>
      persisted.parse(text, (unlisted) => read(unlisted, (unknown) => parseBriefly(unknown, limits))),
    rulesFor: (rules, role) => [...rules, ...introspectionRules(disclosure, role)],
    validate: (schema, document, rules = specifiedRules) => {
      const left = persisted.unchecked(schema, document, rules);
      // Going through the document costs, whatever is looked for.
      if (left.length === 0) return [];
      const errors = validateBriefly(schema, document, left);
      if (errors.length === 0) persisted.remember(schema, document, left);
      return errors;
    },
  };
}

/** @throws Fault when a list of operations cannot be used */
export function openGate({ disclosure, persisted: { mode, files } }: Settings): Gate {
  const list = mode === 'off' ? new Map<string, string>() : readOperationLists(files);
  return createGate(disclosure, createPersistedOperations(mode, list));
}

/**
 * Reads what a request over HTTP asks for, its text by its hash where it has no other.
 * graphql-http refuses a request without a query: an empty one stands for it until then.
 */
export function paramsReader<R, C>(gate: Gate, roleOf: (request: Request<R, C>) => Role) {
  return async (
    request: Request<R, C>,
  ): Promise<RequestParams | Awaited<ReturnType<typeof parseRequestParams>>> => {
    const params = await parseRequestParams({
      ...request,
      url: withQuery(request.url),
      body: async () => bodyWithQuery(await textOf(request)),
    });
    if (!('query' in params)) return params;
    const { extensions } = params;
    return { ...params, query: gate.textOf({ query: params.query, extensions }, roleOf(request)) };
  };
}

async function textOf<R, C>({ body }: Request<R, C>): Promise<unknown> {
  return typeof body === 'function' ? body() : body;
}

const isHashed = ({ query, extensions }: PersistedRequest) =>
  query == null && extensions?.persistedQuery != null;

/** Only the first `?` begins the search: any other is part of a value, as graphql-http reads it. */
export function withQuery(url: string): string {
  const at = url.indexOf('?');
  const search = at < 0 ? '' : url.slice(at + 1);
  const params = new URLSearchParams(search);
  return params.has('query') || !params.has('extensions') ? url : `${url}&query=`;
}

/** Texts that are no objects are left to graphql-http, which says what is wrong with them. */
function bodyWithQuery(text: unknown): string | Record<string, unknown> | null {
  if (typeof text !== 'string') return null;
  const data: unknown = JSON.parse(text);
  if (typeof data !== 'object' || data === null) return text;
  return (isHashed(data) ? { ...data, query: '' } : data) as Record<string, unknown>;
}
