import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate, loadContext } from '@graphql-codegen/cli';
import { GraphQLError, parse, Source } from 'graphql';
import { OWN_OPERATIONS } from '../config';
import { codeOf, Fault } from '../faults';
import { listOperations } from '../graphql/operationList';
import { DOCUMENT as WATCH } from '../watch/follow';
import { runCommand, say } from './command';
import { PROJECT } from '../project';

const DOCUMENTS = 'web/src/graphql';

interface GeneratedFile {
  filename: string;
  content: string;
}

/**
 * Runs codegen.yml.
 * @throws Fault with the place of each mistake when a document cannot be read or does not fit the schema
 */
async function runCodegen(write: boolean): Promise<GeneratedFile[]> {
  // Codegen reads the paths of codegen.yml from the working directory, wherever that file lies.
  process.chdir(PROJECT);
  const context = await loadContext('codegen.yml');
  context.updateConfig({ silent: true });
  try {
    return (await generate(context, write)) as GeneratedFile[];
  } catch (error) {
    await refuseSyntaxErrors();
    // Collected from its steps: what the documents, the schema or codegen.yml say. Anything else is a bug.
    if (!(error instanceof AggregateError)) throw error;
    throw new Fault(`The documents of ${DOCUMENTS} cannot be compiled.\n${error.message.trim()}`);
  }
}

/** Codegen says what is wrong with the syntax, with a stack trace, but not in which file. */
async function refuseSyntaxErrors(): Promise<void> {
  const folder = path.join(PROJECT, DOCUMENTS);
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.graphql'))) {
    const file = path.join(folder, name);
    try {
      parse(new Source(await readFile(file, 'utf8'), file));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const [place] = error.locations ?? [];
      throw new Fault(`${error.message}\n    at ${file}:${place?.line}:${place?.column}`);
    }
  }
}

/**
 * The operations by their hash, as the typed documents print them: what a client sends, it hashes too. For a server
 * that answers no others, so the texts that are written by hand are among them.
 */
async function listFile(): Promise<GeneratedFile> {
  // Only now is it what the documents say.
  const typed = (await import('../../web/src/graphql/generated.js')) as Record<string, unknown>;
  const texts = Object.entries(typed)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, document]) => String(document));
  const filename = path.relative(PROJECT, OWN_OPERATIONS);
  return { filename, content: listOperations([...texts, WATCH]) };
}

async function isStale({ filename, content }: GeneratedFile): Promise<boolean> {
  try {
    return (await readFile(path.resolve(PROJECT, filename), 'utf8')) !== content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
}

async function staleOf(files: readonly GeneratedFile[]): Promise<string[]> {
  const stale: string[] = [];
  for (const file of files) if (await isStale(file)) stale.push(file.filename);
  return stale;
}

void runCommand(
  'codegen',
  'Writes web/src/graphql/generated.ts and schema/persisted-operations.json from schema/schema.graphql and the documents.',
  (command) => command.option('--check', 'change nothing; fail when it is stale'),
  async (_settings, options) => {
    const files = await runCodegen(!options.check);
    const stale = options.check ? await staleOf(files) : [];
    // Stale types would make a stale list: nothing can be said of it.
    if (stale.length === 0) {
      const list = await listFile();
      if (!options.check) await writeFile(path.resolve(PROJECT, list.filename), list.content);
      else stale.push(...(await staleOf([list])));
      files.push(list);
    }
    if (stale.length > 0) {
      const are = stale.length > 1 ? 'are' : 'is';
      throw new Fault(`${stale.join(' and ')} ${are} stale. Run: npm run codegen`);
    }
    const names = files.map(({ filename }) => filename).join(', ');
    say(`${names}: up to date.`);
  },
);
