import type { Client } from 'pg';
import type { Settings } from '../config';
import { messageOf } from '../faults';
import { runningPort } from '../postgres/embedded/cluster';
import { openDatabase } from '../postgres/open';
import { openPrimary, type Position } from '../postgres/replica/primary';
import { databaseOf, showUrl, withClient } from '../postgres/setup';
import { findingsOf, type Check, type Finding } from './checks/check';
import { DATABASE_CHECKS } from './checks/database';
import {
  lookAtChangeLog,
  lookAtConnections,
  lookAtDisk,
  lookAtKeys,
  lookAtOperations,
  lookAtReplica,
  type Outcome,
} from './checks/deployment';
import { readFacts } from './checks/facts';
import { SETTINGS_CHECKS, urlsOf } from './checks/settings';
import { lookAtStore } from './storageHealth';

export interface Diagnosis {
  /** Nothing is wrong; there may be warnings. */
  ok: boolean;
  /** What was looked at and found well, in words. */
  well: { check: string; said: string }[];
  findings: Finding[];
}

/** Who connects by which URL; by the others, whoever may do what they are for. */
const LOGINS: Record<string, string> = {
  AUTH_DATABASE_URL: 'reigh_authenticator',
  DATABASE_LISTEN_URL: 'reigh_authenticator',
  DATABASE_REPLICA_URL: 'reigh_authenticator',
  DATABASE_URL: 'reigh_owner',
  SHADOW_DATABASE_URL: 'reigh_owner',
};

/** Looks at a deployment from where it is started, with the settings of the gateway. It starts and changes nothing. */
export async function examine(settings: Settings, { gateways }: { gateways: number }): Promise<Diagnosis> {
  const diagnosis: Diagnosis = { ok: true, well: [], findings: [] };
  const note = (check: string, { said, findings }: Outcome) => {
    if (findings.length === 0) diagnosis.well.push({ check, said });
    diagnosis.findings.push(...findings);
  };
  /** One that fails is a finding like others: the rest is looked at all the same. */
  const look = async (check: string, work: () => Outcome | Promise<Outcome>) => {
    try {
      note(check, await work());
    } catch (error) {
      note(check, failed(check, messageOf(error)));
    }
  };
  const hold = <K>(checks: readonly Check<K>[], known: K) => {
    for (const check of checks) {
      note(check.name, { said: 'nothing is wrong with it', findings: findingsOf([check], known) });
    }
  };

  const { urls, jwtSecret } = await databasesOf(settings);
  hold(SETTINGS_CHECKS, { settings, jwtSecret });
  await look('persisted-operations', () => lookAtOperations(settings));
  await look('storage', () => lookAtStore(settings.storage.backend));
  if (settings.jwt.jwksUrl) await look('jwks', () => lookAtKeys(settings.jwt.jwksUrl!));
  if (settings.database.kind === 'embedded') {
    await look('disk', () => lookAtDisk(settings));
    if (urls.length === 0) note('database', failed('database', NOT_RUNNING));
  } else if (!urls.some(([setting]) => setting === 'AUTH_DATABASE_URL')) {
    note('AUTH_DATABASE_URL', failed('AUTH_DATABASE_URL', 'AUTH_DATABASE_URL is not set.'));
  }
  let primary: Position | undefined;
  for (const [setting, url] of urls) {
    await look(setting, () =>
      withClient(url, async (client) => {
        const outcome = await introduce(client, setting, url);
        if (setting === 'AUTH_DATABASE_URL') {
          const facts = await readFacts(client);
          hold(DATABASE_CHECKS, { settings, facts });
          await look('connections', () => lookAtConnections(client, settings, gateways));
          if (settings.replica.url) primary = await openPrimary(client).position();
        }
        if (setting === 'DATABASE_REPLICA_URL') await look('replica', () => lookAtReplica(client, primary));
        if (setting === 'DATABASE_URL') await look('change-log', () => lookAtChangeLog(client, settings));
        return outcome;
      }),
    );
  }
  diagnosis.ok = diagnosis.findings.every(({ gravity }) => gravity !== 'wrong');
  return diagnosis;
}

const NOT_RUNNING = 'The embedded PostgreSQL does not run here.';
const MENDS: Record<string, string> = {
  database: 'Start the gateway (npm start), or set AUTH_DATABASE_URL to a server of your own.',
  'change-log': 'Run "npm run db:migrate".',
  'persisted-operations': 'Make the list anew (npm run codegen), or set PERSISTED_OPERATIONS=off.',
  ROOT_DATABASE_URL: 'Start that server, or mend the URL; serving does not need it.',
};

function failed(check: string, wrong: string): Outcome {
  const mend = MENDS[check] ?? 'Start that server, or mend the URL.';
  return { said: '', findings: [{ check, gravity: 'wrong', wrong, mend }] };
}

/** Which databases there are to look at. Of an embedded one that does not run there is none: nothing is started. */
async function databasesOf(
  settings: Settings,
): Promise<{ urls: [string, string][]; jwtSecret: string | undefined }> {
  if (settings.database.kind === 'external')
    return { urls: urlsOf(settings), jwtSecret: settings.jwt.secret };
  if ((await runningPort(settings.dataDir)) === undefined)
    return { urls: [], jwtSecret: settings.jwt.secret };
  const { urls, jwtSecret } = await openDatabase(settings, { attach: true });
  return {
    urls: [
      ['AUTH_DATABASE_URL', urls.auth!],
      ['DATABASE_URL', urls.owner!],
    ],
    jwtSecret,
  };
}

async function introduce(client: Client, setting: string, url: string): Promise<Outcome> {
  const { rows } = await client.query<{ login: string; version: string }>(
    `select session_user::text as login, current_setting('server_version') as version`,
  );
  const { login = '', version = '' } = rows[0] ?? {};
  const wanted = LOGINS[setting];
  const said = `${databaseOf(url)} at ${new URL(showUrl(url)).host} as ${login}, PostgreSQL ${version}`;
  if (wanted === undefined || login === wanted) return { said, findings: [] };
  const wrong = `${setting} connects as ${login}, not as ${wanted}.`;
  const mend = `Put ${wanted} and its password into ${setting}; "npm run db:setup" makes that role.`;
  return { said, findings: [{ check: setting, gravity: 'wrong', wrong, mend }] };
}
