import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Limits, Measured } from './limits';

/** Of one document: whoever varies his variables more is measured each time. */
const KEPT_KEYS = 64;
/** Longer values are measured each time: a key is no place to keep them. */
const KEY_LENGTH = 300;

const known = new WeakMap<Limits, WeakMap<GraphQLSchema, WeakMap<DocumentNode, Set<string>>>>();

/** Which measures of this document have passed: the same document with values of the same measure is not measured again. */
export function passedOf({ schema, document }: Measured, limits: Limits): Set<string> {
  const schemas = known.get(limits) ?? new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Set<string>>>();
  known.set(limits, schemas);
  const documents = schemas.get(schema) ?? new WeakMap<DocumentNode, Set<string>>();
  schemas.set(schema, documents);
  const passed = documents.get(document) ?? new Set<string>();
  documents.set(document, passed);
  return passed;
}

export function keep(passed: Set<string>, key: string): void {
  if (passed.size >= KEPT_KEYS) {
    const [oldest] = passed;
    if (oldest !== undefined) passed.delete(oldest);
  }
  passed.add(key);
}

/**
 * What the measure of a request depends on beside its document. Of a text that is its length, which is why the ids of a
 * hundred projects are one key; numbers are sizes of pages, and anything else counts as it stands. Undefined: too
 * long to be a key.
 */
export function measureKey({ operationName, variableValues }: Measured): string | undefined {
  let key = operationName ?? '';
  for (const [name, value] of Object.entries(variableValues ?? {})) {
    const text = JSON.stringify(value) ?? '';
    if (text.length > KEY_LENGTH) return undefined;
    // Both lengths: values are limited as JSON, and texts of filters as they are.
    const measure =
      typeof value === 'string' ? `"${Buffer.byteLength(text)} ${Buffer.byteLength(value)}` : text;
    key += `\n${name}:${measure}`;
    if (key.length > KEY_LENGTH) return undefined;
  }
  return key;
}
