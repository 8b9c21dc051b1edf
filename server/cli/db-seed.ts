import { withOpenDatabase } from '../postgres/open';
import { loadSampleData } from '../sample/load';
import { runCommand, say } from './command';

void runCommand(
  'db:seed',
  'Loads the sample data: what is missing of it. Safe to run again.',
  (command) => command,
  async (settings) => {
    await withOpenDatabase(settings, ({ urls }) => loadSampleData(urls));
    say('The sample data is in place.');
  },
);
