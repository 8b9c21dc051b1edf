import type { Bench, Figure, Row, Scenario } from '../core/scenario';
import { atLeast } from '../core/scenario';
import { median, medianRatio } from '../core/statistics';
import { compare, type Round } from '../load/transactions';
import { otherWorks, promisedWorks, type Work } from '../load/works';
import { openTenants, type Telling, type TenantDatabase } from '../tier/tenants';

const TELLINGS: [Telling, string][] = [
  ['log', 'change log'],
  ['nothing', 'off'],
  ['notify', 'pg_notify per row'],
];

/**
 * What the change log costs those who write: the same work with its triggers, without them, and with a stock trigger
 * instead, in turns. The share that is left is the median of neighbouring rounds. `server` is what a transaction takes
 * of the database's processors; it hardly depends on who else uses the machine: its ratio is the harder one.
 */
export const writes: Scenario = {
  name: 'writes',
  about: 'writes with realtime on / off, 16 writers; stock: a trigger with pg_notify per row',
  run: async (bench) => {
    const database = await openTenants(await bench.cluster(), 'writes');
    try {
      const works = [...promisedWorks(database), ...(bench.quick ? [] : await otherWorks(database))];
      const rows: Row[] = [];
      for (const work of works) rows.push(await measure(bench, database, work));
      return rows;
    } finally {
      await database.close();
    }
  },
};

async function measure(bench: Bench, database: TenantDatabase, work: Work): Promise<Row> {
  const modes = TELLINGS.map(
    ([telling]) =>
      () =>
        database.tell(telling),
  );
  const [on = [], off = [], notify = []] = await compare(database, work, modes, bench.rounds, bench.seconds);
  const speed = (rounds: Round[]) => rounds.map(({ perSecond }) => perSecond);
  const cpu = (rounds: Round[]) => median(rounds.map((round) => round.cpu ?? NaN));
  const figures = [on, off, notify].map((rounds, n): Figure => {
    const value = median(speed(rounds));
    const share = n === 1 ? '' : `, ${medianRatio(speed(rounds), speed(off)).toFixed(2)} of off`;
    return { peer: TELLINGS[n]?.[1] ?? '', value, text: `${value.toFixed(value < 100 ? 1 : 0)}/s${share}` };
  });
  return {
    name: work.name,
    unit: 'transactions/s',
    figures,
    targets: work.target ? [atLeast(work.target, ' × off', medianRatio(speed(on), speed(off)))] : [],
    limit:
      `database's processor, µs a transaction: log ${cpu(on).toFixed(0)}, off ${cpu(off).toFixed(0)}, ` +
      `pg_notify ${cpu(notify).toFixed(0)}: by that, ${(cpu(off) / cpu(on)).toFixed(2)} is left with the log; ` +
      `pg_notify waits for the lock that NOTIFY takes until COMMIT is on disk`,
    details: { on, off, notify },
  };
}
