import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { importJWK, type JWK } from 'jose';
import type { Client } from 'pg';
import type { Settings } from '../../config';
import { messageOf } from '../../faults';
import { readOperationLists } from '../../graphql/operationList';
import type { Position } from '../../postgres/replica/primary';
import { connectionsOf } from '../../postgres/connections';
import { lagOf, misfitOf, STANDING, type Standing } from '../../postgres/replica/standing';
import type { Finding, Gravity } from './check';
import { PROJECT } from '../../project';

/** What was seen, when it is as it should be, or what is wrong with it. */
export interface Outcome {
  said: string;
  findings: Finding[];
}

export const well = (said: string): Outcome => ({ said, findings: [] });
export const ill = (check: string, gravity: Gravity, wrong: string, mend: string): Outcome => ({
  said: '',
  findings: [{ check, gravity, wrong, mend }],
});

/** Whether the server has room for all gateways at once. */
export async function lookAtConnections(
  client: Client,
  settings: Pick<Settings, 'poolSize' | 'replica'>,
  gateways: number,
): Promise<Outcome> {
  const { rows } = await client.query<{ room: number }>(
    `select least(
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0),
       (select nullif(datconnlimit, -1) from pg_catalog.pg_database where datname = current_database()),
       (select nullif(rolconnlimit, -1) from pg_catalog.pg_roles where rolname = session_user)
     ) as room`,
  );
  const room = rows[0]?.room ?? 0;
  const each = connectionsOf(settings);
  const said = `${gateways} gateway(s) of ${each} connections, and room for ${room}`;
  if (each * gateways <= room) return well(said);
  return ill(
    'connections',
    'wrong',
    `There are not enough connections: ${said}.`,
    'Lower DATABASE_POOL_SIZE, or raise max_connections (or the limit of the role or database).',
  );
}

/** Further behind than this, hardly a query is read there. */
const BEHIND_BYTES = 16_000_000;

/** Whether what is to be read on is a replica of this primary, and how far behind. @param primary undefined when it could not be asked */
export async function lookAtReplica(client: Client, primary: Position | undefined): Promise<Outcome> {
  if (!primary) return well('there is no primary to compare it with');
  const { rows } = await client.query<Standing>(`select ${STANDING}`);
  const standing = rows[0]!;
  const misfit = misfitOf(standing, primary);
  if (misfit) {
    const wrong = `Nothing is read at DATABASE_REPLICA_URL: ${misfit}.`;
    return ill(
      'replica',
      'wrong',
      wrong,
      'Point it to a streaming replica of AUTH_DATABASE_URL, or unset it.',
    );
  }
  const lag = lagOf(standing, primary);
  if (lag < BEHIND_BYTES) return well(`it follows its primary, ${lag} bytes behind`);
  const wrong = `The replica is ${(lag / 1e6).toFixed(0)} MB behind: queries are read on the primary.`;
  return ill(
    'replica',
    'warning',
    wrong,
    'Look at its log, its disk, and pg_stat_replication on the primary.',
  );
}

const HOUR_MS = 3_600_000;

/** Whether somebody clears the change log. */
export async function lookAtChangeLog(owner: Client, { realtimeLogHours }: Settings): Promise<Outcome> {
  const { rows } = await owner.query<{ age: number | null }>(
    `select (extract(epoch from pg_catalog.clock_timestamp() - min(logged_at)) * 1000)::float8 as age from realtime.changes`,
  );
  const age = rows[0]?.age ?? 0;
  const hours = Math.round((age / HOUR_MS) * 10) / 10;
  // An hour late is a gateway that was away for an hour.
  if (age <= (realtimeLogHours + 1) * HOUR_MS) {
    return well(`its oldest change is ${hours} h old; ${realtimeLogHours} h are kept`);
  }
  return ill(
    'change-log',
    'wrong',
    `The oldest change in the log is ${hours} h old, though REALTIME_LOG_HOURS is ${realtimeLogHours}: nobody clears it.`,
    'Run at least one gateway with MAINTENANCE_INTERVAL_MS above 0, and look in its log why that fails.',
  );
}

const PATIENCE_MS = 5_000;

/** Whether the issuer's keys can be had and used. */
export async function lookAtKeys(url: string): Promise<Outcome> {
  const mend = 'Check JWT_JWKS_URL, and that this machine reaches its host.';
  let keys: JWK[];
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`it answers HTTP ${response.status}`);
    const body = (await response.json()) as { keys?: unknown } | null;
    if (!Array.isArray(body?.keys)) throw new Error('it answers without keys');
    keys = body.keys as JWK[];
  } catch (error) {
    // fetch says "fetch failed", and why in its cause.
    const reason = messageOf((error as Error).cause ?? error);
    return ill('jwks', 'wrong', `The keys at JWT_JWKS_URL cannot be read: ${reason}.`, mend);
  }
  const usable = await Promise.all(keys.map(isUsable));
  const count = usable.filter(Boolean).length;
  if (count > 0) return well(`${count} of ${keys.length} key(s) at JWT_JWKS_URL can be used`);
  return ill(
    'jwks',
    'wrong',
    `None of the ${keys.length} key(s) at JWT_JWKS_URL can be used: tokens are checked by RS256 or ES256.`,
    'Let the issuer sign by one of them, or set JWT_SECRET for HS256.',
  );
}

const ALGORITHMS: Record<string, string> = { RSA: 'RS256', EC: 'ES256' };
/** Of an RSA key; jose refuses shorter ones when it checks a token. Source: RFC 7518, 3.3. */
const SHORTEST_MODULUS = 256;

async function isUsable(key: JWK): Promise<boolean> {
  const algorithm = key.alg ?? ALGORITHMS[key.kty ?? ''];
  if (algorithm !== 'RS256' && algorithm !== 'ES256') return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  if (algorithm === 'RS256' && Buffer.from(key.n ?? '', 'base64url').length < SHORTEST_MODULUS) return false;
  return importJWK(key, algorithm).then(
    () => true,
    () => false,
  );
}

const SCARCE_BYTES = 2_000_000_000;
const OUT_BYTES = 200_000_000;

/** Whether what is written below DATA_DIR has room. */
export function tellDisk(dataDir: string, freeBytes: number): Outcome {
  const free = `${(freeBytes / 1e9).toFixed(1)} GB are free for DATA_DIR (${dataDir})`;
  if (freeBytes >= SCARCE_BYTES) return well(free);
  const gravity = freeBytes < OUT_BYTES ? 'wrong' : 'warning';
  return ill(
    'disk',
    gravity,
    `Only ${free}.`,
    'Make room, or move DATA_DIR: a full disk stops the database.',
  );
}

export async function lookAtDisk({ dataDir }: Settings): Promise<Outcome> {
  let folder = dataDir;
  while (!existsSync(folder)) folder = path.dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return tellDisk(dataDir, bavail * bsize);
}

const SCHEMA = path.join(PROJECT, 'schema/schema.graphql');

/** Whether the operations that are known by their hash fit the API of this release. */
export function lookAtOperations({ persisted: { mode, files } }: Settings): Outcome {
  if (mode === 'off') return well('PERSISTED_OPERATIONS is off');
  const list = readOperationLists(files);
  const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
  const misfits = [...list].filter(([, text]) => {
    try {
      return validate(schema, parse(text)).length > 0;
    } catch {
      return true;
    }
  });
  if (misfits.length === 0) return well(`PERSISTED_OPERATIONS is ${mode}, with ${list.size} on the list`);
  const shown = misfits.slice(0, 3).map(([hash]) => hash.slice(0, 12));
  return ill(
    'persisted-operations',
    'wrong',
    `${misfits.length} of ${list.size} listed operations do not fit the API of this release: ${shown.join(', ')} …`,
    'Make the list anew from the documents of the client, against schema/schema.graphql.',
  );
}
