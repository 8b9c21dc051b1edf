import { openDatabase, requireUrl } from '../postgres/open';
import { setUpServer } from '../postgres/setup';
import { runCommand, say } from './command';

void runCommand(
  'db:setup',
  'Makes the roles and databases that DATABASE_URL, AUTH_DATABASE_URL and SHADOW_DATABASE_URL name, on the server of ROOT_DATABASE_URL. Safe to run again.',
  (command) => command,
  async (settings) => {
    // The embedded server is set up whenever it starts.
    const database = await openDatabase(settings, { attach: true });
    try {
      await setUpServer({
        ...database.urls,
        root: requireUrl(database.urls.root, 'ROOT_DATABASE_URL'),
        owner: requireUrl(database.urls.owner, 'DATABASE_URL'),
        auth: requireUrl(database.urls.auth, 'AUTH_DATABASE_URL'),
      });
      say('Roles and databases are in place. Next: npm run db:migrate');
    } finally {
      await database.stop();
    }
  },
);
