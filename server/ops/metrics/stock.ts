import { Gauge, type Registry } from 'prom-client';
import type { Pool } from 'pg';
import { withScope } from '../../auth/scope';
import { messageOf } from '../../faults';
import { inTime } from '../../inTime';
import type { Logger } from '../../log';
import { storageStock, type StorageStock } from './storage';

/** What public.gateway_metrics() and storage.storage_metrics() give. */
export interface Stock {
  tasks: Record<
    string,
    { ready: number; held: number; running: number; stale: number; oldestSeconds: number }
  >;
  log: { rows: number; oldestSeconds: number };
  storage: StorageStock;
}

export interface StockMetrics {
  /** Asks here from now on. */
  watch(read: () => Promise<Stock>): void;
  /** Asks again when what is known is old. Never throws, and never takes longer than `timeoutMs`. */
  refresh(): Promise<void>;
}

export interface StockOptions {
  /** For how long an answer is good enough: however many scrape, the database is asked no more often. */
  keepMs: number;
  timeoutMs: number;
  log: Logger;
}

/** Reads the stock as a service. */
export function stockOf(pool: Pool, statementTimeoutMs: number): () => Promise<Stock> {
  const scope = {
    claims: { role: 'service_role' as const },
    ...{ requestId: 'metrics', readOnly: true, statementTimeoutMs },
  };
  return () =>
    withScope(pool, scope, async (client) => {
      const { rows } = await client.query<{ stock: Omit<Stock, 'storage'>; storage: StorageStock }>(
        'select public.gateway_metrics() as stock, storage.storage_metrics() as storage',
      );
      const { stock, storage } = rows[0]!;
      return { ...stock, storage };
    });
}

/** What only the database knows. When it does not answer there are no values, rather than old ones. */
export function stockMetrics(registry: Registry, { keepMs, timeoutMs, log }: StockOptions): StockMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const up = gauge('reigh_database_up', 'Whether the database answered when it was asked last.');
  const tasks = gauge(
    'reigh_tasks',
    'Open tasks. ready: nothing of their own keeps them; held: they depend on others, or their type is not active; running.',
    ['run_type', 'state'],
  );
  const stale = gauge('reigh_tasks_stale', 'Running tasks whose lease ran out.', ['run_type']);
  const oldest = gauge(
    'reigh_tasks_oldest_waiting_seconds',
    'Age of the oldest task that a worker could have now; 0: none.',
    ['run_type'],
  );
  const rows = gauge(
    'reigh_change_log_rows',
    'Changes in the log, by the numbers of the first and the last.',
  );
  const age = gauge('reigh_change_log_oldest_seconds', 'Age of the oldest change in the log.');
  const storage = storageStock(registry);
  let read: (() => Promise<Stock>) | undefined;
  let freshUntil = 0;
  let isFailing = false;
  let asking: Promise<void> | undefined;

  const forget = () => {
    for (const known of [tasks, stale, oldest]) known.reset();
    for (const known of [rows, age]) known.remove();
    storage.forget();
  };
  const tell = (stock: Stock) => {
    for (const [run_type, told] of Object.entries(stock.tasks)) {
      for (const state of ['ready', 'held', 'running'] as const) tasks.set({ run_type, state }, told[state]);
      stale.set({ run_type }, told.stale);
      oldest.set({ run_type }, told.oldestSeconds);
    }
    rows.set(stock.log.rows);
    age.set(stock.log.oldestSeconds);
    storage.tell(stock.storage);
  };
  const ask = async () => {
    try {
      if (!read) throw new Error('starting');
      tell(await inTime(timeoutMs, read()));
      up.set(1);
      freshUntil = performance.now() + keepMs;
      if (isFailing) log.info('the database answers again when it is measured');
      isFailing = false;
    } catch (error) {
      forget();
      up.set(0);
      if (!isFailing && read) log.warn({ reason: messageOf(error) }, 'the database cannot be measured');
      isFailing = read !== undefined;
    }
  };
  forget();
  return {
    watch: (watched) => (read = watched),
    refresh: async () => {
      if (performance.now() < freshUntil) return;
      // Those who scrape at once wait for one answer.
      asking ??= ask().finally(() => (asking = undefined));
      await asking;
    },
  };
}
