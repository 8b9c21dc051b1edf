import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { SECONDS } from './operations';

/** `skipped`: another gateway was at it. */
export type RoundOutcome = 'done' | 'skipped' | 'failed';

export interface MaintenanceMetrics {
  endedRound(job: string, outcome: RoundOutcome, ms: number): void;
}

export function maintenanceMetrics(registry: Registry): MaintenanceMetrics {
  const registers = [registry];
  const rounds = new Counter({
    name: 'reigh_maintenance_rounds_total',
    help: 'Rounds of the work the gateways do by themselves.',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'reigh_maintenance_duration_seconds',
    help: 'Rounds that this gateway did.',
    labelNames: ['job'],
    buckets: [...SECONDS, 120, 600],
    registers,
  });
  const success = new Gauge({
    name: 'reigh_maintenance_last_success_timestamp_seconds',
    help: 'When this gateway last did a round, in seconds since 1970.',
    labelNames: ['job'],
    registers,
  });
  return {
    endedRound: (job, outcome, ms) => {
      rounds.inc({ job, outcome });
      if (outcome !== 'done') return;
      durations.observe({ job }, ms / 1000);
      success.set({ job }, Date.now() / 1000);
    },
  };
}
