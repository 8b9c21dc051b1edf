import type { DocumentNode } from 'graphql';

/** Of all texts that are kept together. What is made of a text is some thirty times as large. */
const KEPT_CHARACTERS = 200_000;

/**
 * Makes a function that gives the same document for the same text, read by `parse` when it is not known: those who
 * follow by the same text for hours do not hold a copy each (measured: 12 kB of 44 kB a socket). What was not asked for
 * longest is forgotten.
 */
export function createReader(
  mostCharacters = KEPT_CHARACTERS,
): (text: string, parse: (text: string) => DocumentNode) => DocumentNode {
  const kept = new Map<string, DocumentNode>();
  let characters = 0;
  return (text, parse) => {
    const known = kept.get(text);
    const document = known ?? parse(text);
    // Behind those that were asked for before it.
    if (known) kept.delete(text);
    else characters += text.length;
    kept.set(text, document);
    for (const oldest of kept.keys()) {
      if (characters <= mostCharacters) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
    return document;
  };
}
