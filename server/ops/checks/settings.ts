import { Client } from 'pg';
import type { Settings } from '../../config';
import type { Check, KnownSettings } from './check';
import { isKnownPassword, weaknessOf } from './secrets';

/** The databases of the settings, by the name of each. A new kind of URL is checked like the others once it stands here. */
export function urlsOf({ database, listenUrl, replica }: Settings): [setting: string, url: string][] {
  if (database.kind === 'embedded') return [];
  const urls: [string, string | undefined][] = [
    ['AUTH_DATABASE_URL', database.authUrl],
    ['DATABASE_LISTEN_URL', listenUrl],
    ['DATABASE_REPLICA_URL', replica.url],
    ['DATABASE_URL', database.ownerUrl],
    ['ROOT_DATABASE_URL', database.rootUrl],
    ['SHADOW_DATABASE_URL', database.shadowUrl],
  ];
  return urls.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function isLoopback(host: string): boolean {
  return host.startsWith('/') || /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host);
}

/** As pg understands the URL, its environment and all. Nothing is connected. */
function connectionOf(url: string): { host: string; isEncrypted: boolean } {
  const { host, ssl } = new Client({ connectionString: url }) as Client & { ssl: unknown };
  return { host, isEncrypted: Boolean(ssl) };
}

/** What the settings alone show. */
export const SETTINGS_CHECKS: Check<KnownSettings>[] = [
  {
    name: 'jwt-secret',
    gravity: 'wrong',
    look: ({ jwtSecret }) => {
      const weakness = jwtSecret === undefined ? undefined : weaknessOf(jwtSecret);
      if (!weakness) return [];
      return [{ wrong: `JWT_SECRET ${weakness}.`, mend: 'Draw one: openssl rand -base64 48' }];
    },
  },
  {
    name: 'database-password',
    gravity: 'wrong',
    look: ({ settings }) =>
      urlsOf(settings)
        .map(([setting, url]) => [setting, new URL(url)] as const)
        .filter(([, { password }]) => password !== '')
        .filter(([, { username, password }]) =>
          isKnownPassword(decodeURIComponent(username), decodeURIComponent(password)),
        )
        .map(([setting, { username }]) => ({
          wrong: `The password of ${setting} is one that everybody tries first.`,
          mend: `Draw one (openssl rand -hex 24), set it by: alter role ${username} password '…', and change ${setting}.`,
        })),
  },
  {
    name: 'cors-origins',
    gravity: 'warning',
    look: ({ settings }) =>
      !settings.corsOrigins.includes('*')
        ? []
        : [
            {
              wrong: 'CORS_ORIGINS is *: any web page may call the gateway from the browsers of your users.',
              mend: 'Name the origins of your pages, such as https://studio.example.',
            },
          ],
  },
  {
    name: 'embedded-database',
    gravity: 'warning',
    look: ({ settings }) =>
      settings.environment !== 'production' || settings.database.kind !== 'embedded'
        ? []
        : [
            {
              wrong: `The database is the embedded one in ${settings.dataDir}: one gateway, one disk, no backup but yours.`,
              mend: 'Set AUTH_DATABASE_URL to a PostgreSQL that somebody looks after, or back up DATA_DIR.',
            },
          ],
  },
  {
    name: 'database-encryption',
    gravity: 'warning',
    look: ({ settings }) =>
      urlsOf(settings)
        .map(([setting, url]) => ({ setting, ...connectionOf(url) }))
        .filter(({ host, isEncrypted }) => !isEncrypted && !isLoopback(host))
        .map(({ setting, host }) => ({
          wrong: `${setting} goes to ${host} without TLS: whoever is in between reads and changes everything.`,
          mend: `Add ?sslmode=verify-full to ${setting}.`,
        })),
  },
  {
    name: 'jwks-encryption',
    gravity: 'warning',
    look: ({ settings: { jwt } }) => {
      const url = jwt.jwksUrl === undefined ? undefined : new URL(jwt.jwksUrl);
      if (url?.protocol !== 'http:' || isLoopback(url.hostname)) return [];
      return [
        {
          wrong: `JWT_JWKS_URL goes to ${url.hostname} without TLS: whoever is in between can put his own keys there.`,
          mend: 'Use the https:// address of the issuer.',
        },
      ];
    },
  },
];
