import { migrate } from '../postgres/migrate';
import { withOpenDatabase } from '../postgres/open';
import { runCommand, say } from './command';

void runCommand(
  'db:migrate',
  'Applies the committed migrations that the database does not have yet.',
  (command) => command,
  async (settings) => {
    await withOpenDatabase(settings, ({ urls }) => migrate(urls));
    say('The database is up to date.');
  },
);
