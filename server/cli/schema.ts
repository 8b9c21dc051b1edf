import { Fault } from '../faults';
import { staleSchemaFiles, writeSchemaFiles } from '../graphql/snapshot';
import { withOpenDatabase } from '../postgres/open';
import { runCommand, say } from './command';

void runCommand(
  'schema',
  'Writes schema/schema.graphql and schema/catalog.txt from the database.',
  (command) => command.option('--check', 'change nothing; fail when they are stale'),
  async (settings, options) => {
    await withOpenDatabase(settings, async ({ urls }) => {
      if (!options.check) {
        await writeSchemaFiles(urls, settings);
        say('schema/ is up to date.');
        return;
      }
      const stale = await staleSchemaFiles(urls, settings);
      if (stale.length > 0) throw new Fault(`${stale.join(' and ')} are stale. Run: npm run schema`);
      say('schema/ is up to date.');
    });
  },
);
