import { z } from 'zod';
import { ROLES } from '../auth/claims';
import { signToken } from '../auth/token';
import type { Settings } from '../config';
import { Fault } from '../faults';
import { requireUrl, signingSecret, withOpenDatabase } from '../postgres/open';
import { withClient } from '../postgres/setup';
import { runCommand, say } from './command';

interface Person {
  id: string;
  email?: string;
}

async function findPerson(settings: Settings, who: string): Promise<Person> {
  if (z.uuid().safeParse(who).success) return { id: who };
  return withOpenDatabase(settings, ({ urls }) =>
    withClient(requireUrl(urls.owner, 'DATABASE_URL'), async (client) => {
      const found = await client.query<Person>('select id, email from users where lower(email) = lower($1)', [
        who,
      ]);
      const [person, another] = found.rows;
      if (!person) throw new Fault(`There is no user with the e-mail address ${who}.`);
      if (another) throw new Fault(`Several users have the e-mail address ${who}: name one by id.`);
      return person;
    }),
  );
}

void runCommand(
  'token',
  'Prints a token signed with JWT_SECRET, to send as "Authorization: Bearer …".',
  (command) =>
    command
      .option('--user <email or id>', 'the user it stands for')
      .option('--role <role>', `one of ${ROLES.join(', ')}`)
      .option('--worker <id>', 'the worker it stands for')
      .option('--expires <span>', 'how long it is valid, such as 30m, 1h or 7d', '1h'),
  async (settings, options) => {
    const { user, worker, expires } = options as Record<string, string | undefined>;
    const role = (options.role as string | undefined) ?? (worker ? 'worker' : 'authenticated');
    if (!(ROLES as readonly string[]).includes(role)) {
      throw new Fault(`--role must be one of ${ROLES.join(', ')}, not ${role}.`);
    }
    if (role === 'authenticated' && !user) throw new Fault('--user is needed: whose token is it to be?');
    if (role === 'worker' && !worker) throw new Fault('--worker is needed: which worker is it to be?');
    if (!/^\d+ ?(s|m|h|d|w)$/.test(expires ?? '')) {
      throw new Fault(`--expires must be a span such as 30m, 1h or 7d, not ${expires}.`);
    }
    const person = user ? await findPerson(settings, user) : undefined;
    say(
      await signToken(
        {
          role,
          expires: expires ?? '1h',
          ...(person ? { sub: person.id } : {}),
          ...(person?.email ? { email: person.email } : {}),
          ...(worker ? { worker_id: worker } : {}),
        },
        { ...settings.jwt, secret: await signingSecret(settings) },
      ),
    );
  },
);
