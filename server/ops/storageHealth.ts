import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import type { Backend } from '../storage/backends/backend';
import { openBackend } from '../storage/open';
import type { BackendSettings } from '../storageSettings';
import { ill, well, type Outcome } from './checks/deployment';

/** Whether bytes can be kept is asked by keeping some: of a store that is paid by the request, not at every look. */
const WELL_MS = 30_000;
const ILL_MS = 2_000;

/** Remembers what the last look at the store has shown. */
export function createStoreCheck(backend: Pick<Backend, 'check'>, { wellMs = WELL_MS, illMs = ILL_MS } = {}) {
  let last: { until: number; isWell: Promise<boolean> } | undefined;
  return async (): Promise<boolean> => {
    if (!last || performance.now() > last.until) {
      const isWell = backend.check().then(
        () => true,
        () => false,
      );
      const asked = (last = { until: Infinity, isWell });
      void isWell.then((is) => (asked.until = performance.now() + (is ? wellMs : illMs)));
    }
    return last.isWell;
  };
}

/**
 * Looks before serving whether bytes can be kept. Of a folder that they cannot be kept in nobody else can make anything
 * better; a store elsewhere may come back, and all but storage is served without it.
 * @throws Fault of a folder
 */
export async function checkStore(backend: Backend, log: Logger): Promise<void> {
  if (backend.kind === 'file') return backend.check();
  void backend
    .check()
    .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'the store of objects cannot be used'));
}

/** For `npm run doctor`, which makes no folder. */
export async function lookAtStore(settings: BackendSettings): Promise<Outcome> {
  if (settings.kind === 'file' && !existsSync(settings.root)) return lookAtFolder(settings.root);
  const backend = await openBackend(settings);
  try {
    await backend.check();
    if (settings.kind === 'file') return well(`files can be kept in ${settings.root}`);
    return well(`objects can be kept in the bucket ${settings.bucket}`);
  } catch (error) {
    return ill('storage', 'wrong', messageOf(error), MENDS[settings.kind]);
  } finally {
    await backend.close();
  }
}

const MENDS = {
  file: 'Let the account of the gateway write there, or set STORAGE_DIR to another folder.',
  s3: 'Check the settings S3_…, and that this machine reaches the store.',
};

async function lookAtFolder(root: string): Promise<Outcome> {
  let folder = root;
  while (!existsSync(folder)) folder = path.dirname(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return well(`${root} will be made in ${folder}`);
  } catch (error) {
    const wrong = `Files cannot be kept in ${root}: it cannot be made in ${folder} (${codeOf(error)}).`;
    return ill('storage', 'wrong', wrong, MENDS.file);
  }
}
