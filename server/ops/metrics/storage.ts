import { Counter, Gauge, type Registry } from 'prom-client';

export type TransferKind = 'upload' | 'download';
/**
 * `aborted`: the caller has gone; `refused`: it was not to be; `failed`: the store or the database did; `part`: of an
 * upload in pieces one came, and others are to come.
 */
export type TransferOutcome = 'done' | 'aborted' | 'refused' | 'failed' | 'part';

/** What renditions tell of themselves. */
export interface RenditionCounts {
  running: number;
  waiting: number;
  /** Of what is kept in memory. */
  bytes: number;
  made: number;
  /** Answered from memory. */
  kept: number;
  refused: number;
}

export interface StorageMetrics {
  /**
   * Bytes of an object begin to flow.
   * @param moved how many have gone by now, of those and of others before
   * @returns what to call when they have ended; without an outcome where none were to flow
   */
  began(kind: TransferKind, moved: () => number): (outcome: TransferOutcome | undefined) => void;
  /** Reads them from here. */
  watch(renditions: () => RenditionCounts): void;
}

export function storageMetrics(registry: Registry): StorageMetrics {
  const registers = [registry];
  const running = new Gauge({
    name: 'reigh_storage_transfers',
    help: 'Uploads and downloads that are under way.',
    labelNames: ['kind'],
    registers,
  });
  const ended = new Counter({
    name: 'reigh_storage_transfers_total',
    help: 'Uploads and downloads that ended, by how.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'reigh_storage_transfer_bytes_total',
    help: 'Bytes that went by in them, also where they did not come to their end.',
    labelNames: ['kind'],
    registers,
  });
  let read: () => RenditionCounts | undefined = () => undefined;
  watchRenditions(registers, () => read());
  return {
    began: (kind, moved) => {
      const before = moved();
      running.inc({ kind });
      return (outcome) => {
        running.dec({ kind });
        if (outcome) ended.inc({ kind, outcome });
        bytes.inc({ kind }, moved() - before);
      };
    },
    watch: (watched) => (read = watched),
  };
}

function watchRenditions(registers: Registry[], read: () => RenditionCounts | undefined): void {
  new Counter({
    name: 'reigh_renditions_total',
    help: 'Renditions of pictures that were asked for: made, kept in memory since, or refused.',
    ...{ labelNames: ['outcome'], registers },
    collect() {
      this.reset();
      const counts = read();
      if (!counts) return;
      for (const outcome of ['made', 'kept', 'refused'] as const) this.inc({ outcome }, counts[outcome]);
    },
  });
  new Gauge({
    name: 'reigh_renditions',
    help: 'Renditions being made now, and those that wait for that.',
    ...{ labelNames: ['state'], registers },
    collect() {
      const counts = read();
      if (!counts) return;
      for (const state of ['running', 'waiting'] as const) this.set({ state }, counts[state]);
    },
  });
  new Gauge({
    name: 'reigh_rendition_cache_bytes',
    help: 'Renditions kept in memory.',
    registers,
    collect() {
      this.set(read()?.bytes ?? 0);
    },
  });
}

/** What storage.storage_metrics() gives. */
export interface StorageStock {
  buckets: { id: string; objects: number; bytes: number }[];
  garbage: number;
  garbageSeconds: number;
  missing: number;
}

/** A service may make any number of buckets; so many have a series of their own. */
const BUCKETS_MAX = 50;

/** What only the database knows of storage. */
export function storageStock(registry: Registry): { tell(stock: StorageStock): void; forget(): void } {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const objects = gauge('reigh_storage_objects', 'Objects by bucket, as they were counted last.', ['bucket']);
  const bytes = gauge('reigh_storage_bytes', 'Their bytes.', ['bucket']);
  const garbage = gauge('reigh_storage_garbage', 'Versions whose bytes wait to be removed, up to 100,000.');
  const oldest = gauge('reigh_storage_garbage_oldest_seconds', 'For how long the first of them has waited.');
  const missing = gauge('reigh_storage_missing', 'Objects whose bytes were missing when it was looked last.');
  return {
    tell: (stock) => {
      for (const known of [objects, bytes]) known.reset();
      const [...largest] = stock.buckets.sort((a, b) => b.bytes - a.bytes);
      for (const [index, bucket] of largest.entries()) {
        const label = { bucket: index < BUCKETS_MAX ? bucket.id : 'other' };
        objects.inc(label, bucket.objects);
        bytes.inc(label, bucket.bytes);
      }
      garbage.set(stock.garbage);
      oldest.set(Math.max(0, stock.garbageSeconds));
      missing.set(stock.missing);
    },
    forget: () => {
      for (const known of [objects, bytes]) known.reset();
      for (const known of [garbage, oldest, missing]) known.remove();
    },
  };
}
