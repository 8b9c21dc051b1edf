import { Fault } from '../faults';
import { requireProgram, runProgram } from '../postgres/clientPrograms';
import { requireUrl, withOpenDatabase } from '../postgres/open';
import { runCommand } from './command';

const ACCOUNTS = {
  owner: 'DATABASE_URL',
  auth: 'AUTH_DATABASE_URL',
  root: 'ROOT_DATABASE_URL',
} as const;

void runCommand(
  'db:psql',
  'Opens psql on the database. What is none of these options goes to psql: npm run db:psql -- -c "select 1"',
  (command) =>
    command
      .option(
        '--as <account>',
        `owner, auth (the gateway's account, which may "set role" to a caller's) or root`,
        'owner',
      )
      .argument('[words...]', 'for psql')
      .allowUnknownOption(),
  async (settings, { as }, words) => {
    const account = Object.keys(ACCOUNTS).find((name): name is keyof typeof ACCOUNTS => name === as);
    if (!account) throw new Fault(`--as must be one of owner, auth and root, not ${String(as)}.`);
    await withOpenDatabase(settings, async ({ urls }) => {
      const url = requireUrl(urls[account], ACCOUNTS[account]);
      await requireProgram('psql', url);
      process.exitCode = await runProgram('psql', url, words);
    });
  },
);
