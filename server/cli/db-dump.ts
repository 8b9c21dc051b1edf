import { open, rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { Fault, messageOf } from '../faults';
import { requireProgram, runProgram } from '../postgres/clientPrograms';
import { requireUrl, withOpenDatabase } from '../postgres/open';
import { runCommand } from './command';

const FORMATS = ['plain', 'custom'];

interface Options {
  data?: boolean;
  schema?: string[];
  format: string;
  output?: string;
}

const define = (command: Command) =>
  command
    .option('--data', 'the rows too, not the definitions only')
    .option('--schema <names...>', 'only these schemas; by default the whole database')
    .option('--format <format>', 'plain (SQL), or custom for pg_restore', 'plain')
    .option('-o, --output <file>', 'where to; by default it is printed');

function wordsOf({ data, schema = [], format }: Options): string[] {
  // Quoted: pg_dump reads a pattern, and a name is meant.
  const pattern = (name: string) => `--schema="${name.replaceAll('"', '""')}"`;
  return [
    `--format=${format}`,
    ...(data ? [] : ['--schema-only']),
    ...(schema.length > 0 ? ['--strict-names', ...schema.map(pattern)] : []),
  ];
}

/** Writes a file that is either whole or not there. It may hold everybody's rows: for its owner's eyes. */
async function dumpTo(file: string, write: (draft: string) => Promise<number>): Promise<number> {
  const draft = `${file}.part`;
  try {
    await rm(draft, { force: true });
    await (await open(draft, 'wx', 0o600)).close();
  } catch (error) {
    throw new Fault(`${file} cannot be written: ${messageOf(error)}`);
  }
  try {
    const code = await write(draft);
    if (code === 0) await rename(draft, file);
    return code;
  } finally {
    await rm(draft, { force: true });
  }
}

void runCommand(
  'db:dump',
  'Writes the definition of the whole database as SQL, by pg_dump.',
  define,
  async (settings, given) => {
    const options = given as unknown as Options;
    if (!FORMATS.includes(options.format)) {
      throw new Fault(`--format must be one of ${FORMATS.join(' and ')}, not ${options.format}.`);
    }
    await withOpenDatabase(settings, async ({ urls }) => {
      const url = requireUrl(urls.owner, 'DATABASE_URL');
      await requireProgram('pg_dump', url);
      const dump = (more: string[]) => runProgram('pg_dump', url, [...wordsOf(options), ...more]);
      const { output } = options;
      process.exitCode = output ? await dumpTo(output, (draft) => dump([`--file=${draft}`])) : await dump([]);
    });
  },
);
