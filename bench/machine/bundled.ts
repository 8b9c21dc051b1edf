import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Of the bundle that the gateway runs from: which file a line is from. */
export interface Bundle {
  /** The file below the project's root; of what is in no bundle, its URL as it is. */
  fileOf(place: { url: string; lineNumber: number }): string;
}

const NAME = /\/dist\/gateway-\w+\.cjs$/;
/** What esbuild writes before the lines of each file. */
const HEADING = /^\/\/ ((?:node_modules|server)\/\S+)$/;

/** The bundle among these files, if one is. */
export async function openBundle(urls: readonly string[]): Promise<Bundle> {
  const found = urls.find((url) => NAME.test(url));
  if (!found) return { fileOf: ({ url }) => url };
  const text = await readFile(found.startsWith('file:') ? fileURLToPath(found) : found, 'utf8');
  let current = found;
  const files = text.split('\n').map((line) => (current = HEADING.exec(line)?.[1] ?? current));
  return { fileOf: ({ url, lineNumber }) => (NAME.test(url) ? (files[lineNumber] ?? url) : url) };
}
