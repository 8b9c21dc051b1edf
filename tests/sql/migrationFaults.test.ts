import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { createFreshDatabase, type FreshDatabase } from './freshDatabase';

const PROJECT = path.resolve(__dirname, '../..');
const run = promisify(execFile);

let database: FreshDatabase;

beforeEach(async () => {
  database = await createFreshDatabase();
});
afterEach(() => database.drop());

/** Runs a script over server/postgres in a process of its own. Rejects when that ends with another code than 0. */
function inProcess(script: string): Promise<{ stdout: string; stderr: string }> {
  const urls = { owner: database.owner };
  const whole = `
    const { migrate } = require('./server/postgres/migrate.ts');
    const { withClient } = require('./server/postgres/setup.ts');
    (async (urls) => { ${script} })(JSON.parse(process.env.URLS));`;
  return run(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '--eval', whole], {
    cwd: PROJECT,
    env: { ...process.env, URLS: JSON.stringify(urls) },
  });
}

// graphile-migrate keeps its connections for 200 ms and calls process.exit(1) when one of them dies. A gateway
// that migrates when it starts would go down with them, without a word.
test('a database that goes away just after it was migrated does not take the process along', async () => {
  const { stdout } = await inProcess(`
    await migrate(urls);
    await withClient(urls.owner, (client) => client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    ));
    process.once('exit', (code) => console.log('ended with ' + code));
  `);
  expect(stdout).toContain('ended with 0');
});
