import type { Client } from 'pg';
import { requireUrl, withOpenDatabase } from '../postgres/open';
import { withClient } from '../postgres/setup';
import { findTables, type Table } from '../postgres/tables';
import { runCommand } from './command';

/** A command that tells of tables: those that are named, or all of some schemas. */
export function runTablesCommand(
  name: string,
  description: string,
  tell: (client: Client, tables: Table[]) => Promise<void>,
): void {
  void runCommand(
    name,
    description,
    (command) =>
      command
        .argument('[tables...]', 'which tables, as name or schema.name; by default all of the schema')
        .option('--schema <names...>', 'which schemas', ['public']),
    async (settings, { schema }, names) => {
      await withOpenDatabase(settings, ({ urls }) =>
        withClient(requireUrl(urls.owner ?? urls.auth, 'DATABASE_URL'), async (client) =>
          tell(client, await findTables(client, names, schema as string[])),
        ),
      );
    },
  );
}
