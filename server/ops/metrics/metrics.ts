import { Registry } from 'prom-client';
import type { Logger } from '../../log';
import { databaseMetrics, type DatabaseMetrics } from './database';
import { maintenanceMetrics, type MaintenanceMetrics } from './maintenance';
import { operationMetrics, type OperationMetrics } from './operations';
import { processMetrics } from './process';
import { replicaMetrics, type ReplicaMetrics } from './replica';
import { socketMetrics, type SocketMetrics } from './sockets';
import { stockMetrics, type StockMetrics } from './stock';
import { storageMetrics, type StorageMetrics } from './storage';
import { streamMetrics, type StreamMetrics } from './stream';

/** What a gateway counts of itself. Made once for each gateway and passed down: nothing is the process's own. */
export interface Metrics {
  operations: OperationMetrics;
  database: DatabaseMetrics;
  sockets: SocketMetrics;
  stream: StreamMetrics;
  maintenance: MaintenanceMetrics;
  replica: ReplicaMetrics;
  stock: StockMetrics;
  storage: StorageMetrics;
  /** Every metric by its name, with its labels: docs/operations.md and the dashboard are held against them. */
  described(): Map<string, readonly string[]>;
  contentType: string;
  /** All of it as Prometheus reads it. Never fails because the database is away. */
  scrape(): Promise<string>;
}

/** Half of the shortest usual pause between scrapes. */
const KEEP_MS = 5_000;
/** Prometheus gives up after ten seconds by default. */
export const DATABASE_TIMEOUT_MS = 2_000;

export function createMetrics(
  log: Logger,
  { keepMs = KEEP_MS, timeoutMs = DATABASE_TIMEOUT_MS } = {},
): Metrics {
  const registry = new Registry();
  processMetrics(registry);
  const stream = streamMetrics(registry);
  const sockets = socketMetrics(registry, stream.age);
  const stock = stockMetrics(registry, { keepMs, timeoutMs, log });
  return {
    operations: operationMetrics(registry),
    database: databaseMetrics(registry),
    maintenance: maintenanceMetrics(registry),
    replica: replicaMetrics(registry),
    storage: storageMetrics(registry),
    ...{ stream, sockets, stock },
    described: () => new Map(registry.getMetricsAsArray().map((metric) => [metric.name, labelsOf(metric)])),
    contentType: registry.contentType,
    scrape: async () => {
      await Promise.all([sockets.refresh(), stock.refresh()]);
      return registry.metrics();
    },
  };
}

/** prom-client has them, and does not say so in its types. */
function labelsOf(metric: object): readonly string[] {
  return (metric as { labelNames?: string[] }).labelNames ?? [];
}
