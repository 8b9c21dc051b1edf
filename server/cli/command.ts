import { Command } from 'commander';
import { readSettings, type Settings } from '../config';
import { codeOf, Fault, messageOf } from '../faults';

/**
 * Runs a command line: help, options, words, settings, and an exit code. A fault that a person can mend is
 * printed as one message; anything else is a bug and keeps its stack trace.
 */
export async function runCommand(
  name: string,
  description: string,
  define: (command: Command) => Command,
  action: (settings: Settings, options: Record<string, unknown>, words: string[]) => Promise<void>,
): Promise<void> {
  endWithReader();
  const command = define(new Command(name).description(description)).allowExcessArguments(false);
  command.action(async () => action(readSettings(), command.opts(), command.args));
  try {
    await command.parseAsync();
  } catch (error) {
    fail(error);
  }
}

/**
 * Lets whoever reads leave, as `head` does when it has enough. What prints until it is told to stop is told so; anything
 * else does its work to the end, with nobody to tell.
 */
function endWithReader(): void {
  let isGone = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (codeOf(error) !== 'EPIPE') throw error;
      // Each line that is left fails as well.
      if (!isGone) process.emit('SIGTERM', 'SIGTERM');
      isGone = true;
    });
  }
}

/** Prints why and sets the exit code. */
export function fail(error: unknown): void {
  // A table or schema is missing that the migrations make.
  if (['42P01', '3F000'].includes(codeOf(error) ?? '')) {
    fail(new Fault(`The database is not migrated: ${messageOf(error)}. Run: npm run db:migrate`));
    return;
  }
  if (error instanceof Fault) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 70;
}

/** A line for the person at the terminal. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
