import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Item } from '../../realtime/delivery';
import type { ReadWatch } from '../../realtime/log';
import type { Realtime } from '../../realtime/realtime';
import { DatabaseClock } from './clock';
import { SECONDS } from './operations';

export interface StreamMetrics {
  /** Whom to ask about the listener and those who come back. */
  watch(realtime: Pick<Realtime, 'view'>): void;
  /** For whoever reads the log. */
  reader(name: 'tail' | 'replay'): ReadWatch;
  /**
   * A result that was made of an item was handed to a socket.
   * @param isLive whether the subscriber was there when it happened: for one who comes back, lag is his own absence
   * @returns for how long its change was under way, in ms, when that is known
   */
  wrote(field: string, item: Item, isLive: boolean): number | undefined;
  /** How old a moment of the database is, in ms. */
  age(moment: Date): number;
}

/** From a look of the tail to a gateway that was away for a minute. */
const LAG_SECONDS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function streamMetrics(registry: Registry): StreamMetrics {
  const registers = [registry];
  const clock = new DatabaseClock();
  let realtime: Pick<Realtime, 'view'> | undefined;

  const items = new Counter({
    name: 'reigh_subscription_items_total',
    help: 'Items handed to sockets.',
    labelNames: ['field', 'kind'],
    registers,
  });
  const resyncs = new Counter({
    name: 'reigh_resyncs_total',
    help: 'RESYNC items handed to sockets, by why the changes could not be told.',
    labelNames: ['reason'],
    registers,
  });
  const lag = new Histogram({
    name: 'reigh_event_lag_seconds',
    help: 'From a change written in the database to its item handed to a socket, on the clock of the database.',
    buckets: LAG_SECONDS,
    registers,
  });
  const reads = new Histogram({
    name: 'reigh_log_read_duration_seconds',
    help: 'Reads of the change log: by the tail for all subscribers, and for those who come back.',
    labelNames: ['reader', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  new Gauge({
    name: 'reigh_database_clock_offset_seconds',
    help: 'By how much the clock of the database is ahead. No value until somebody subscribed.',
    registers,
    collect() {
      const offset = clock.offset();
      if (offset === undefined) this.remove();
      else this.set(offset / 1000);
    },
  });
  new Gauge({
    name: 'reigh_listener_connected',
    help: 'Whether the connection that hears of changes is there. No value until somebody subscribed.',
    registers,
    collect() {
      const isListening = realtime?.view().isListening;
      if (isListening === undefined) this.remove();
      else this.set(isListening ? 1 : 0);
    },
  });
  new Gauge({
    name: 'reigh_replay_reads',
    help: 'Reads of the log for subscribers who come back: running, and waiting for their turn.',
    labelNames: ['state'],
    registers,
    collect() {
      const { running, waiting } = realtime?.view().replays ?? { running: 0, waiting: 0 };
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });

  return {
    watch: (watched) => (realtime = watched),
    reader: (reader) => ({
      ended: (outcome, ms) => reads.observe({ reader, outcome }, ms / 1000),
      heardTime: (sample) => clock.note(sample),
    }),
    wrote: (field, item, isLive) => {
      items.inc({ field, kind: item.kind });
      if (item.kind === 'RESYNC') resyncs.inc({ reason: item.reason ?? 'unknown' });
      if (!isLive || !item.loggedAt) return undefined;
      const ms = clock.since(item.loggedAt);
      lag.observe(ms / 1000);
      return ms;
    },
    age: (moment) => clock.since(moment),
  };
}
