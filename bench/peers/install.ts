import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../server/faults';

const INSTALL_TIMEOUT_MS = 300_000;
const installing = new Map<string, Promise<Installed>>();

export interface Installed {
  folder: string;
  /** The Node that came with it. */
  node: string;
}

/**
 * Installs what a peer's own lock file names, into its own folder, when it is not there yet: what this project needs
 * does not grow by it. @throws Error that says why a peer cannot be had
 */
export function install(peer: string): Promise<Installed> {
  const known = installing.get(peer) ?? installOnce(peer);
  installing.set(peer, known);
  return known;
}

async function installOnce(peer: string): Promise<Installed> {
  const folder = path.join(__dirname, peer);
  const node = path.join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) {
    const words = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', words, { cwd: folder, timeout: INSTALL_TIMEOUT_MS }).catch(
      (error: unknown) => {
        throw new Error(`npm ci failed in bench/peers/${peer}: ${messageOf(error).split('\n')[0]}`);
      },
    );
  }
  // Asked for, since an installation that was cut off looks like a whole one.
  await promisify(execFile)(node, ['--version']).catch(() => {
    throw new Error(`there is no Node in bench/peers/${peer}: remove its node_modules and try again`);
  });
  return { folder, node };
}
