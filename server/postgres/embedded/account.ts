import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../../faults';

const run = promisify(execFile);

/** Who the server runs as: nothing when we are an ordinary user, another account when we are root. */
export interface Account {
  uid?: number;
  gid?: number;
}

async function idsOf(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * PostgreSQL refuses to run as root, so root starts it as the account "postgres", which is made when
 * the system has none.
 */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  try {
    return await idsOf('postgres');
  } catch {
    try {
      await run('useradd', ['--system', '--no-create-home', '--shell', '/bin/false', 'postgres']);
      return await idsOf('postgres');
    } catch {
      throw new Fault(
        'PostgreSQL does not run as root, and the account "postgres" could not be made. ' +
          'Start the gateway as an ordinary user, or run: useradd --system postgres',
      );
    }
  }
}
