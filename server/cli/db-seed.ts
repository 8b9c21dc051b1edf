import { Fault } from '../faults';
import { withOpenDatabase } from '../postgres/open';
import { loadSampleData } from '../sample/load';
import { runCommand, say } from './command';

void runCommand(
  'db:seed',
  'Loads the sample data: what is missing of it. Safe to run again.',
  (command) => command,
  async (settings) => {
    if (settings.environment === 'production')
      throw new Fault('db:seed is not for production: it makes up people.');
    await withOpenDatabase(settings, ({ urls }) => loadSampleData(urls));
    say('The sample data is in place.');
  },
);
