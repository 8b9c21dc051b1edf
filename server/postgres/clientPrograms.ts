import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { environmentOfPrograms } from '../config';
import { codeOf, Fault } from '../faults';
import { withClient } from './setup';

/** PostgreSQL's own programs, as they are installed on this machine: the npm package brings the server only. */
export type ClientProgram = 'pg_dump' | 'psql';

/** What libpq understands of a URL; it refuses a URL with anything else, such as what only Node's driver knows. */
const LIBPQ_PARAMETERS =
  /^(host|port|user|dbname|passfile|channel_binding|connect_timeout|client_encoding|options|application_name|keepalives\w*|tcp_user_timeout|ssl\w+|gss\w+|krbsrvname|target_session_attrs|load_balance_hosts)$/;

/** A URL for libpq that can be seen in a list of processes, and the password apart from it. */
export function withoutPassword(url: string): { url: string; password: string | undefined } {
  const shown = new URL(url);
  const password = shown.searchParams.get('password') ?? decodeURIComponent(shown.password);
  shown.password = '';
  // Node's driver may ask for TLS in words that libpq does not have.
  const mode = shown.searchParams.get('sslmode');
  if (mode === 'no-verify' || (mode === null && shown.searchParams.get('ssl') === 'true')) {
    shown.searchParams.set('sslmode', 'require');
  }
  for (const name of [...shown.searchParams.keys()]) {
    if (!LIBPQ_PARAMETERS.test(name)) shown.searchParams.delete(name);
  }
  return { url: shown.toString(), password: password || undefined };
}

/** The server's major version, such as 18. */
async function serverVersion(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ number: number }>(
      `select current_setting('server_version_num')::int as number`,
    );
    return Math.floor(rows[0]!.number / 10_000);
  });
}

/** The program's version, such as 15.18, or undefined where there is none. */
async function installedVersion(program: ClientProgram): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { env: environmentOfPrograms() });
    return /\d+(\.\d+)*/.exec(stdout)?.[0] ?? '0';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // Debian's wrapper is there without what it wraps.
    if (typeof (error as { code: unknown }).code === 'number') return undefined;
    throw error;
  }
}

/**
 * Makes sure that the program is here and can talk to the server.
 * @throws Fault that says what was found, what is needed, and what to install
 */
export async function requireProgram(program: ClientProgram, url: string): Promise<void> {
  const [needed, found] = await Promise.all([serverVersion(url), installedVersion(program)]);
  const how =
    `On Debian and Ubuntu install postgresql-client-${needed}; where the distribution has older versions only, ` +
    `PostgreSQL's own packages have it: https://wiki.postgresql.org/wiki/Apt. ` +
    `On macOS: brew install postgresql@${needed}. Other systems: https://www.postgresql.org/download/`;
  if (found === undefined) {
    throw new Fault(
      `${program} is not installed. The server is PostgreSQL ${needed}: ${program} ${needed} is needed. ${how}`,
    );
  }
  // psql talks to newer servers and warns by itself; pg_dump would not know what a newer one has.
  if (program === 'pg_dump' && Number.parseInt(found) < needed) {
    throw new Fault(
      `${program} ${found} is too old for this server, which is PostgreSQL ${needed}: ${program} ${needed} ` +
        `or later is needed. ${how}`,
    );
  }
}

/**
 * Runs the program on the database, at this terminal. Its password goes by the environment, which other users of
 * the machine do not see.
 * @returns its exit code
 */
export async function runProgram(program: ClientProgram, given: string, words: string[]): Promise<number> {
  const { url, password } = withoutPassword(given);
  const child = spawn(program, [`--dbname=${url}`, ...words], {
    stdio: 'inherit',
    env: { ...environmentOfPrograms(), ...(password ? { PGPASSWORD: password } : {}) },
  });
  // Ctrl-C cancels a statement in psql, which goes on: were it to end us, an embedded server would end under it.
  const leave = () => undefined;
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', leave).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      // As a shell counts it: who pipes us into `head` sees what he would see of the program itself.
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGPIPE' ? 141 : 143)));
    });
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', pass).off('SIGHUP', pass);
  }
}
