import { Command } from 'commander';
import { readSettings, type Settings } from '../config';
import { codeOf, Fault, messageOf } from '../faults';

/**
 * Runs a command line: help, options, settings, and an exit code. A fault that a person can mend is
 * printed as one message; anything else is a bug and keeps its stack trace.
 */
export async function runCommand(
  name: string,
  description: string,
  define: (command: Command) => Command,
  action: (settings: Settings, options: Record<string, unknown>) => Promise<void>,
): Promise<void> {
  const command = define(new Command(name).description(description))
    .allowExcessArguments(false)
    .action(async (options: Record<string, unknown>) => action(readSettings(), options));
  try {
    await command.parseAsync();
  } catch (error) {
    fail(error);
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
