import { readFileSync } from 'node:fs';
import { Fault, messageOf } from '../faults';
import { hashOf, type OperationList } from './persisted';

/**
 * Reads lists of operations: `{ "hash": "document" }`, as codegen here and many other tools write it, or a manifest of
 * Apollo's (`{ "operations": [{ "id", "body" }] }`). Each hash is the sha256 of its document, in hex.
 * @throws Fault that says what is wrong with all of them
 */
export function readOperationLists(files: readonly string[]): OperationList {
  const list = new Map<string, string>();
  const faults: string[] = [];
  for (const file of files) {
    try {
      for (const [hash, text] of entriesOf(JSON.parse(readFileSync(file, 'utf8')))) {
        if (typeof text !== 'string' || hash !== hashOf(text)) {
          faults.push(`${file}: ${hash.slice(0, 80)} is not the sha256 of its document`);
        } else list.set(hash, text);
      }
    } catch (error) {
      faults.push(`${file}: ${messageOf(error)}`);
    }
  }
  if (faults.length > 0) {
    const lines = faults.map((fault) => `  - ${fault}`).join('\n');
    throw new Fault(`These lists of PERSISTED_OPERATIONS_FILE cannot be used:\n${lines}`);
  }
  return list;
}

function entriesOf(content: unknown): [string, unknown][] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('it must hold an object');
  }
  if (!('operations' in content)) return Object.entries(content);
  if (!Array.isArray(content.operations)) throw new Error('operations must be a list');
  return content.operations.map((operation: { id?: unknown; body?: unknown } | null) => [
    String(operation?.id),
    operation?.body,
  ]);
}

/** A list of these documents, as a file. */
export function listOperations(texts: readonly string[]): string {
  const entries = texts.map((text) => [hashOf(text), text] as const);
  // By hash, so that the order of documents changes nothing.
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
