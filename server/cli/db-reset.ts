import { Fault } from '../faults';
import { resetDatabase } from '../postgres/migrate';
import { withOpenDatabase } from '../postgres/open';
import { loadSampleData } from '../sample/load';
import { runCommand, say } from './command';

void runCommand(
  'db:reset',
  'Drops the database with all its data, makes it anew, migrates it and loads the sample data. Development only.',
  (command) => command,
  async (settings) => {
    if (settings.environment === 'production')
      throw new Fault('db:reset is not for production: it drops all data.');
    await withOpenDatabase(settings, async ({ urls }) => {
      await resetDatabase(urls);
      await loadSampleData(urls);
    });
    say('The database is as new, with the sample data.');
  },
);
