import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** A program of the system, wherever it stands. @throws what to install */
export async function requireProgram(name: 'pgbouncer' | 'haproxy'): Promise<string> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const file = path.join(folder, name);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  throw new Error(`${name} is not installed: this test needs it. On Debian: apt-get install ${name}`);
}
