import type { Settings } from './config';
import { tryPort } from './listen';
import type { Logger } from './log';
import { openDatabase, type OpenDatabase } from './postgres/open';
import type { ReplicaCounts } from './postgres/replica/replica';
import type { Shutdown } from './shutdown';

export interface Gateway {
  /** `http://host:port` as it can be reached from here. */
  url: string;
  database: OpenDatabase;
  shutdown: Shutdown;
  /** What came of queries; undefined without a replica. */
  replicaCounts(): ReplicaCounts | undefined;
  /** Reflects the database anew, for what `npm run dev` changed. */
  reload(): Promise<void>;
}

/**
 * Starts everything. Its modules are read while PostgreSQL starts, which takes processes of its own, and a
 * second on a new cluster: so this file imports few.
 * @throws Fault
 */
export async function startGateway(settings: Settings, log: Logger): Promise<Gateway> {
  await tryPort(settings);
  let atWork = () => undefined as void;
  const working = new Promise<void>((resolve) => (atWork = resolve));
  const opening = openDatabase(settings, { atWork });
  // Its fault is told where it is waited for; and a database of somebody else's is there already.
  opening.then(atWork, atWork);
  // Reading modules keeps all else waiting, also what leads to the start of PostgreSQL.
  await working;
  try {
    const { assembleGateway } = await import('./assembly.ts');
    return await assembleGateway(settings, log, opening);
  } catch (error) {
    // Whatever it was, also a setting that is found to be wrong this late.
    await opening.then(
      ({ stop }) => stop(),
      () => undefined,
    );
    throw error;
  }
}
