import { createHash } from 'node:crypto';
import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';
import type { Role } from '../auth/claims';
import type { ErrorCode } from '../errors';
import { asGraphQLError } from './mask';

/** `off`: there is no list. `allow`: it saves sending and checking. `only`: what is not on it is refused. */
export type PersistedMode = 'off' | 'allow' | 'only';

/** A request as it came: with its text, with the hash of one, or with both. */
export interface PersistedRequest {
  query?: string | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}

export interface PersistedOperations {
  /**
   * The text that a request stands for.
   * @throws GraphQLError, coded, when there is none or the caller may not send it
   */
  textOf(request: PersistedRequest, role: Role): string;
  parse(text: string, read: (text: string) => DocumentNode): DocumentNode;
  /** Those of the rules that a document was not found to keep yet, in this very schema. */
  unchecked(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: readonly ValidationRule[],
  ): ValidationRule[];
  /**
   * It keeps these rules, which is known for as long as the document is held by somebody. A rule that is made for one
   * request, as of its variables, is another each time and is checked each time.
   */
  remember(schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[]): void;
}

/** Text by the sha256 of it, in hex. */
export type OperationList = ReadonlyMap<string, string>;

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The documents that are known by their hash, each parsed once; what was found out about these and others. */
export function createPersistedOperations(mode: PersistedMode, list: OperationList): PersistedOperations {
  const documents = new Map<string, DocumentNode | undefined>();
  if (mode !== 'off') for (const text of list.values()) documents.set(text, undefined);
  const kept = new WeakMap<DocumentNode, WeakMap<GraphQLSchema, WeakSet<ValidationRule>>>();

  const isOpenTo = (role: Role) => mode !== 'only' || role === 'service_role';
  return {
    textOf: ({ query, extensions }, role) => {
      const hash = hashIn(extensions);
      if (query) {
        if (mode === 'off') return query;
        if (hash !== undefined && hash !== hashOf(query)) {
          refuse('BAD_REQUEST', 'The sha256Hash is not that of the query beside it.');
        }
        return documents.has(query) || isOpenTo(role) ? query : refuseUnlisted();
      }
      // An empty document: the parser says so.
      if (hash === undefined) return isOpenTo(role) ? '' : refuseUnlisted();
      if (mode === 'off') {
        const words = 'This gateway knows no documents by their hash: send the text.';
        refuse('PERSISTED_QUERY_NOT_SUPPORTED', words);
      }
      const text = list.get(hash);
      if (text !== undefined) return text;
      if (!isOpenTo(role)) refuseUnlisted();
      return refuse('PERSISTED_QUERY_NOT_FOUND', 'No document of this hash is known here: send the text.');
    },
    parse: (text, read) => {
      const known = documents.get(text);
      if (known) return known;
      const document = read(text);
      if (documents.has(text)) documents.set(text, document);
      return document;
    },
    unchecked: (schema, document, rules) => {
      const known = kept.get(document)?.get(schema);
      return known ? rules.filter((rule) => !known.has(rule)) : [...rules];
    },
    remember: (schema, document, rules) => {
      const schemas = kept.get(document) ?? new WeakMap<GraphQLSchema, WeakSet<ValidationRule>>();
      kept.set(document, schemas);
      const known = schemas.get(schema) ?? new WeakSet<ValidationRule>();
      rules.forEach((rule) => known.add(rule));
      schemas.set(schema, known);
    },
  };
}

/** As Apollo's clients send it. Source: Automatic Persisted Queries, "protocol". */
function hashIn(extensions: PersistedRequest['extensions']): string | undefined {
  const given = extensions?.persistedQuery;
  if (given == null) return undefined;
  const { version, sha256Hash } = given as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    const shape = '{ "version": 1, "sha256Hash": "64 digits of hex, in lower case" }';
    refuse('BAD_REQUEST', `extensions.persistedQuery must be ${shape}.`);
  }
  return sha256Hash;
}

function refuseUnlisted(): never {
  refuse(
    'OPERATION_NOT_LISTED',
    'This gateway answers only the operations on its list. This is none of them.',
  );
}

function refuse(code: ErrorCode, message: string): never {
  throw asGraphQLError({ code, message });
}
