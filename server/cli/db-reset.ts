import { Fault } from '../faults';
import { resetDatabase } from '../postgres/migrate';
import { requireUrl, withOpenDatabase } from '../postgres/open';
import { databaseOf } from '../postgres/setup';
import { loadSampleData } from '../sample/load';
import { runCommand, say } from './command';

void runCommand(
  'db:reset',
  'Drops the database with all its data, makes it anew, migrates it and loads the sample data. Development only.',
  (command) =>
    command.option(
      '--force <database>',
      'needed with a database of your own: its name, to say that you mean it',
    ),
  async (settings, options) => {
    if (settings.environment === 'production')
      throw new Fault('db:reset is not for production: it drops all data.');
    await withOpenDatabase(settings, async ({ urls, embedded }) => {
      const name = databaseOf(requireUrl(urls.owner, 'DATABASE_URL'));
      if (!embedded && options.force !== name) {
        throw new Fault(
          `db:reset drops the database ${name} with all its data. If you mean that, add: -- --force ${name}`,
        );
      }
      await resetDatabase(urls);
      await loadSampleData(urls);
    });
    say('The database is as new, with the sample data.');
  },
);
