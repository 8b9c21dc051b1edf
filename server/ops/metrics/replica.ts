import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReplicaCounts } from '../../postgres/replica/counts';

export interface ReplicaMetrics {
  /** Reads them from here; undefined without a replica. */
  watch(read: () => ReplicaCounts | undefined): void;
}

/** What came of queries where a replica is there to read on; without one, no values. */
export function replicaMetrics(registry: Registry): ReplicaMetrics {
  const registers = [registry];
  let read: () => ReplicaCounts | undefined = () => undefined;
  new Counter({
    ...{ name: 'reigh_replica_reads_total', help: 'Queries that the replica answered.', registers },
    collect() {
      const counts = read();
      this.reset();
      if (counts) this.inc(counts.reads);
    },
  });
  new Counter({
    name: 'reigh_replica_fallbacks_total',
    help: 'Queries that were read on the primary although there is a replica.',
    ...{ labelNames: ['reason'], registers },
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(read()?.fallbacks ?? {})) this.inc({ reason }, count);
    },
  });
  const lag = new Gauge({
    name: 'reigh_replica_lag_bytes',
    help: 'What the replica lacked of the log of its primary when it was last asked.',
    registers,
    collect() {
      const bytes = read()?.lagBytes;
      if (bytes === undefined) this.remove();
      else this.set(bytes);
    },
  });
  lag.remove();
  return { watch: (watched) => (read = watched) };
}
