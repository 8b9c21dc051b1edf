import { Kind, visit, type DocumentNode } from 'graphql';

const known = new WeakMap<DocumentNode, number>();

/**
 * How often a value of the database may stand in the answer: a field that is asked for under many names is read once
 * and written for each of them.
 */
export function repetitionOf(document: DocumentNode): number {
  let most = known.get(document);
  if (most === undefined) {
    const names = new Map<string, number>();
    visit(document, {
      [Kind.FIELD]: ({ alias, name, selectionSet }) => {
        if (alias && !selectionSet) names.set(name.value, (names.get(name.value) ?? 0) + 1);
      },
    });
    most = Math.max(1, ...names.values());
    known.set(document, most);
  }
  return most;
}
