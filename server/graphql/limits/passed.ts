import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Limits, Measured } from './limits';

/** Of one document: whoever varies his variables more is measured each time. */
const KEPT_KEYS = 64;
/** Longer values are measured each time: a key is no place to keep them. */
const KEY_LENGTH = 300;
const KEY_DEPTH = 10;
/** A text is measured by its length; the length of a long one is dear too. */
const KEPT_TEXT = 10_000;

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
 * long to be a key, or too deep.
 */
export function measureKey({ operationName, variableValues }: Measured): string | undefined {
  // Names are quoted: one with a line and a colon in it would be read as two.
  let key = JSON.stringify(operationName ?? '');
  for (const [name, value] of Object.entries(variableValues ?? {})) {
    // Both lengths: values are limited as JSON, and texts of filters as they are.
    const measure = typeof value === 'string' ? lengthsOf(value) : written(value, KEY_LENGTH, KEY_DEPTH);
    if (measure === undefined || name.length > KEY_LENGTH) return undefined;
    key += `\n${JSON.stringify(name)}:${measure}`;
    if (key.length > KEY_LENGTH) return undefined;
  }
  return key;
}

function lengthsOf(text: string): string | undefined {
  if (text.length > KEPT_TEXT) return undefined;
  return `"${Buffer.byteLength(JSON.stringify(text))} ${Buffer.byteLength(text)}`;
}

/** As JSON, given up as soon as it is too much: what is sent can be a megabyte, and nested a hundred thousand deep. */
function written(value: unknown, room: number, depth: number): string | undefined {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'string' && value.length > room) return undefined;
    return JSON.stringify(value) ?? '';
  }
  if (depth === 0) return undefined;
  let text = '';
  for (const [name, part] of Object.entries(value)) {
    const rest = written(part, room - text.length, depth - 1);
    if (rest === undefined) return undefined;
    text += `${JSON.stringify(name)}:${rest},`;
    if (text.length > room) return undefined;
  }
  return Array.isArray(value) ? `[${text}]` : `{${text}}`;
}
