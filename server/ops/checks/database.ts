import type { Check, KnownDatabase, Wrong } from './check';
import type { PowerfulRole } from './facts';

const OLDEST_VERSION = 150_000;
const MOST_SKEW_MS = 5_000;
const SHOWN = 5;

const listed = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');

const LOGIN = 'reigh_authenticator';

/** Another login is better left alone than mended: there is one that is made for this. */
const mendOf = (login: string, statement: string): string =>
  login === LOGIN ? `Run: ${statement}` : `Connect as ${LOGIN}, which "npm run db:setup" makes.`;

function tellPower({ name, isLogin, isSuper }: PowerfulRole, login: string): Wrong {
  const power = isSuper ? 'a superuser' : 'a role with bypassrls';
  const weaken = `alter role ${name} ${isSuper ? 'nosuperuser' : 'nobypassrls'}`;
  return isLogin
    ? {
        wrong: `AUTH_DATABASE_URL connects as ${login}, ${power}: no policy holds.`,
        mend: mendOf(login, weaken),
      }
    : {
        wrong: `${login} may become ${name}, ${power}: no policy holds for who gets there.`,
        mend: `Run: ${weaken}; or: revoke ${name} from ${login}`,
      };
}

/** What a database says of itself, held against what row-level security and this gateway rest on. */
export const DATABASE_CHECKS: Check<KnownDatabase>[] = [
  {
    name: 'postgres-version',
    gravity: 'wrong',
    look: ({ facts: { version } }) =>
      version >= OLDEST_VERSION
        ? []
        : [
            {
              wrong: `The server is PostgreSQL ${Math.floor(version / 10_000)}, which is too old.`,
              mend: 'Upgrade it to PostgreSQL 15 or later.',
            },
          ],
  },
  {
    name: 'powerful-login',
    gravity: 'wrong',
    look: ({ facts: { powerful, login } }) => powerful.map((role) => tellPower(role, login)),
  },
  {
    name: 'owner-login',
    gravity: 'wrong',
    look: ({ facts: { owned, login, powerful } }) =>
      // A superuser is everybody: the check of powers says so.
      powerful.some(({ isLogin, isSuper }) => isLogin && isSuper)
        ? []
        : owned.map(({ owner, table, isLogin }) => ({
            wrong: isLogin
              ? `AUTH_DATABASE_URL connects as ${login}, which owns tables (${table}): policies do not hold for owners.`
              : `${login} may become ${owner}, which owns tables (${table}): policies do not hold for owners.`,
            mend: isLogin
              ? mendOf(login, `alter table ${table} owner to reigh_owner; and so for the others`)
              : `Run: revoke ${owner} from ${login}`,
          })),
  },
  {
    name: 'roles',
    gravity: 'wrong',
    look: ({ facts: { missingRoles, closedRoles, login } }) => [
      ...(missingRoles.length === 0
        ? []
        : [
            {
              wrong: `The server lacks these roles: ${listed(missingRoles)}.`,
              mend: 'Run "npm run db:setup" with ROOT_DATABASE_URL.',
            },
          ]),
      ...(closedRoles.length === 0
        ? []
        : [
            {
              wrong: `${login} may not become ${listed(closedRoles)}: no request can run under those rights.`,
              mend: `Run: grant ${closedRoles.join(', ')} to ${login}; or "npm run db:setup" with ROOT_DATABASE_URL.`,
            },
          ]),
    ],
  },
  {
    name: 'row-level-security',
    gravity: 'wrong',
    look: ({ facts: { bareTables, bareViews } }) => [
      ...bareTables.map((table) => ({
        wrong: `The table ${table} has no row-level security: whoever is granted a column of it gets every row.`,
        mend: `Run: alter table ${table} enable row level security; and write its policies in the same migration.`,
      })),
      ...bareViews.map((view) => ({
        wrong: `${view} is read with the rights of its owner: callers see through it what no policy lets them.`,
        mend: `Run: alter view ${view} set (security_invoker = true); or revoke it from anon, authenticated and worker.`,
      })),
    ],
  },
  {
    name: 'migrations',
    gravity: 'wrong',
    look: ({ facts: { pending } }) =>
      pending.length === 0
        ? []
        : [
            {
              wrong: `The database lacks ${pending.length} migration(s), the first is ${pending[0]}.`,
              mend: 'Run "npm run db:migrate", or start with MIGRATE_ON_START=true.',
            },
          ],
  },
  {
    name: 'jit',
    gravity: 'warning',
    // From then on what is forbidden is not told by its cost.
    look: ({ facts: { compiles, version, login } }) =>
      compiles && version < 180_000
        ? [
            {
              wrong: `The server compiles plans for ${login} (jit is on): a change can take twenty times as long.`,
              mend: mendOf(
                login,
                `alter role ${login} set jit = off; then restart gateways, and in PgBouncer: reconnect. Open connections keep it.`,
              ),
            },
          ]
        : [],
  },
  {
    name: 'clock',
    gravity: 'warning',
    look: ({ facts: { skewMs } }) =>
      Math.abs(skewMs) <= MOST_SKEW_MS
        ? []
        : [
            {
              wrong: `The database's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: leases and tokens end at other times than they say.`,
              mend: 'Let both keep time by NTP (timedatectl status).',
            },
          ],
  },
];
