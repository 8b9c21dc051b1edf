import { chown, mkdtemp, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { serverAccount } from '../../server/postgres/embedded/account';
import type { TestServer } from '../setup/server';
import { requireProgram } from './programs';

const CONFIG = path.resolve(__dirname, '../../docs/deploy/pgbouncer.ini');

export interface Pooler {
  port: number;
  stop(): Promise<void>;
}

/** A real PgBouncer in transaction mode before a server, with the file of the documentation. */
export async function startPgbouncer(server: TestServer, poolSize: number): Promise<Pooler> {
  const program = await requireProgram('pgbouncer');
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-pgbouncer-'));
  // It does not run as root either.
  const account = await serverAccount();
  const given: Record<string, string> = {
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(server.port),
    LISTEN_HOST: '127.0.0.1',
    LISTEN_PORT: String(port),
    POOL_SIZE: String(poolSize),
    AUTH_FILE: path.join(folder, 'users.txt'),
  };
  const config = (await readFile(CONFIG, 'utf8')).replace(/^[^;\n]*$/gm, (line) =>
    line.replace(/\$\{(\w+)\}/g, (_, name: string) => given[name]!),
  );
  const files = { 'pgbouncer.ini': config, 'users.txt': `"reigh_authenticator" "${server.authPassword}"\n` };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text, { mode: 0o600 });
    if (account.uid !== undefined) await chown(path.join(folder, name), account.uid, account.gid!);
  }
  await chmod(folder, 0o755);
  const child = spawn(program, [path.join(folder, 'pgbouncer.ini')], {
    ...{ ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let isGone = false;
  void exited.then(() => (isGone = true));
  const url = `postgres://reigh_authenticator:${server.authPassword}@127.0.0.1:${port}/postgres`;
  for (const deadline = Date.now() + 20_000; ;) {
    // That database is closed to this role: PgBouncer is up as soon as it says so itself.
    const refusal = await refusalOf(url);
    if (!/ECONNREFUSED/.test(refusal)) break;
    if (isGone || Date.now() > deadline) throw new Error(`PgBouncer did not start: ${said}`);
  }
  child.unref();
  return {
    port,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function refusalOf(connectionString: string): Promise<string> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return '';
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
