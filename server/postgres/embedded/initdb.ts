import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { codeOf, Fault, messageOf } from '../../faults';
import type { Account } from './account';
import type { Binaries } from './binaries';
import type { ClusterOptions } from './cluster';
import { isAlive } from './postmaster';

const run = promisify(execFile);

/** Makes the cluster beside its place and moves it there: a half-made one is never found. */
export async function initialiseCluster(
  options: Pick<ClusterOptions, 'dataDir' | 'superuserPassword' | 'initdbArguments' | 'atWork'>,
  clusterDir: string,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  if (await exists(path.join(clusterDir, 'PG_VERSION'))) return;
  await removeDrafts(clusterDir);
  const draft = `${clusterDir}.new-${process.pid}`;
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, options.superuserPassword, { mode: 0o600 });
  try {
    if (account.uid !== undefined && account.gid !== undefined) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const making = run(
      binaries.initdb,
      [
        ...[`--pgdata=${draft}`, `--pwfile=${passwordFile}`, '--username=postgres', '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=und'],
        ...(options.initdbArguments ?? []),
      ],
      { ...account, cwd: '/' },
    );
    options.atWork?.();
    await making;
    await rename(draft, clusterDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return; // another process was faster
    if (codeOf(error) === 'EACCES') {
      throw new Fault(
        `The account "postgres" cannot reach ${binaries.initdb} or ${options.dataDir}. ` +
          'Keep the project in a folder that other accounts may enter, or start the gateway as an ordinary user.',
      );
    }
    const stderr = (error as { stderr?: string }).stderr ?? messageOf(error);
    throw new Fault(`PostgreSQL could not make its data directory ${clusterDir}: ${stderr.trim()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Removes what starts that were killed halfway left beside the cluster: 40 MB and a password each. */
async function removeDrafts(clusterDir: string): Promise<void> {
  const folder = path.dirname(clusterDir);
  for (const name of await readdir(folder)) {
    const pid = /^postgres\.new-(\d+)/.exec(name)?.[1];
    if (pid === undefined || (isAlive(Number(pid)) && Number(pid) !== process.pid)) continue;
    // What was killed may have left an initdb that still writes there.
    await rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
