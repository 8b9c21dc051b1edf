/* global process, performance */
/**
 * pg-boss with 16 who fetch one job and complete it, over and over: its own workers look every half second at most
 * often, which would be slower. Adds so many empty jobs, and prints how long they took.
 */
import { PgBoss } from 'pg-boss';

const { DATABASE, JOBS } = process.env;
const boss = new PgBoss({ connectionString: DATABASE, max: 16, supervise: false, schedule: false });
boss.on('error', () => undefined);
await boss.start();
await boss.createQueue('empty');
await boss.deleteAllJobs('empty');
for (let left = Number(JOBS); left > 0; left -= 1000)
  await boss.insert(
    'empty',
    Array.from({ length: Math.min(1000, left) }, () => ({ data: {} })),
  );

const work = async () => {
  for (;;) {
    const [job] = await boss.fetch('empty');
    if (!job) return;
    await boss.complete('empty', job.id);
  }
};
const begun = performance.now();
await Promise.all(Array.from({ length: 16 }, work));
process.stdout.write(JSON.stringify({ ms: performance.now() - begun }));
process.exit(0);
