/* global process, performance, setTimeout */
/**
 * graphile-worker as it is by default: 16 at once, each job fetched and completed by itself. Adds so many empty jobs,
 * and prints how long it took from the first that ran until none is left.
 */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

const { DATABASE, JOBS } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE, max: 20 });
const logger = new Logger(() => () => undefined);
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
await utils.release();
await pool.query(`select graphile_worker.add_job('empty') from generate_series(1, $1::int)`, [JOBS]);
await pool.query('analyze');

let first;
let done = 0;
const runner = await run({
  pgPool: pool,
  concurrency: 16,
  noHandleSignals: true,
  logger,
  taskList: {
    empty: async () => {
      first ??= performance.now();
      done++;
    },
  },
});
const left = async () =>
  (await pool.query('select count(*)::int as n from graphile_worker._private_jobs')).rows[0].n;
while (done < Number(JOBS) || (await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
const ms = performance.now() - first;
await runner.stop();
await pool.end();
process.stdout.write(JSON.stringify({ ms }));
process.exit(0);
