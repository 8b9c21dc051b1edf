import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../config';
import { Fault } from '../faults';
import { runningPort, startCluster } from './embedded/cluster';
import { embeddedSecrets, type EmbeddedSecrets } from './embedded/secrets';
import { setUpServer, type DatabaseUrls } from './setup';

/** A database to work with, ours or somebody's. */
export interface OpenDatabase {
  urls: DatabaseUrls;
  embedded: boolean;
  /** The secret tokens are signed with: the setting, or the one kept beside the embedded database. */
  jwtSecret: string | undefined;
  /** Stops an embedded server that this process started. */
  stop(): Promise<void>;
  /** Resolves when such a server ends by itself; there is nothing to serve from then on. */
  lost?: Promise<void>;
}

const DATABASE = 'reigh';

function embeddedUrls(port: number, secrets: EmbeddedSecrets): Required<DatabaseUrls> {
  const url = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  return {
    root: url('postgres', secrets.superuserPassword, 'postgres'),
    owner: url('reigh_owner', secrets.ownerPassword, DATABASE),
    auth: url('reigh_authenticator', secrets.authenticatorPassword, DATABASE),
    shadow: url('reigh_owner', secrets.ownerPassword, `${DATABASE}_shadow`),
  };
}

/**
 * Opens the database of these settings. An embedded server is started, with its roles and databases.
 * @param options.attach use an embedded server that another process runs; without it that is a fault.
 * @param options.atWork called when what is waited for is PostgreSQL alone
 */
export async function openDatabase(
  settings: Settings,
  options: { attach?: boolean; atWork?: () => void } = {},
): Promise<OpenDatabase> {
  const { database, dataDir, jwt } = settings;
  if (database.kind === 'external') {
    return {
      urls: {
        root: database.rootUrl,
        owner: database.ownerUrl,
        auth: database.authUrl,
        shadow: database.shadowUrl,
      },
      embedded: false,
      jwtSecret: jwt.secret,
      stop: async () => undefined,
    };
  }
  const secrets = await embeddedSecrets(dataDir);
  // With a JWKS and no secret of his own, the operator wants no second way in.
  const jwtSecret = jwt.secret ?? (jwt.jwksUrl ? undefined : secrets.jwtSecret);
  const port = options.attach ? await runningPort(dataDir) : undefined;
  if (port !== undefined) {
    return { urls: embeddedUrls(port, secrets), embedded: true, jwtSecret, stop: async () => undefined };
  }
  const cluster = await startCluster({
    ...{ dataDir, superuserPassword: secrets.superuserPassword },
    ...(options.atWork ? { atWork: options.atWork } : {}),
  });
  try {
    const urls = embeddedUrls(cluster.port, secrets);
    // Whoever commits a migration makes the shadow database, each time anew.
    await setUpServer({ ...urls, shadow: undefined });
    return { urls, embedded: true, jwtSecret, stop: cluster.stop, lost: cluster.lost };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Opens the database, runs `use`, and stops what was started for it. */
export async function withOpenDatabase<T>(
  settings: Settings,
  use: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(settings, { attach: true });
  try {
    return await use(database);
  } finally {
    await database.stop();
  }
}

/** What tokens of one's own are signed with; drawn on first use, with an embedded database. @throws Fault */
export async function signingSecret(settings: Settings): Promise<string> {
  if (settings.jwt.secret) return settings.jwt.secret;
  if (settings.database.kind === 'embedded' && !settings.jwt.jwksUrl) {
    return (await embeddedSecrets(settings.dataDir)).jwtSecret;
  }
  throw new Fault('JWT_SECRET is not set: with JWT_JWKS_URL alone, only the issuer can sign tokens.');
}

/** A URL that a command cannot do without. */
export function requireUrl(url: string | undefined, setting: string): string {
  if (!url) throw new Fault(`${setting} is not set.`);
  return url;
}

const SEEDED = 'sample-data';

/** Whether the sample data still has to be loaded: once per data directory, also when it was deleted since. */
export function isFirstStart(settings: Settings): boolean {
  return !existsSync(path.join(settings.dataDir, SEEDED));
}

export async function rememberFirstStart(settings: Settings): Promise<void> {
  await writeFile(path.join(settings.dataDir, SEEDED), `loaded ${new Date().toISOString()}\n`);
}
