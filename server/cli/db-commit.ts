import { writeSchemaFiles } from '../graphql/snapshot';
import { applyCurrent, commitCurrent } from '../postgres/migrate';
import { withOpenDatabase } from '../postgres/open';
import { runCommand, say } from './command';

void runCommand(
  'db:commit',
  'Commits current.sql as the next migration, tried first on the shadow database, and regenerates schema/.',
  (command) =>
    command.requiredOption('-m, --message <text>', 'what the migration is about; it becomes its name'),
  async (settings, options) => {
    await withOpenDatabase(settings, async ({ urls }) => {
      await commitCurrent(urls, String(options.message));
      await applyCurrent(urls);
      await writeSchemaFiles(urls, settings);
    });
    say(
      'Committed. Run npm run codegen, look at migrations/committed/ and schema/, and commit all of it with git.',
    );
  },
);
