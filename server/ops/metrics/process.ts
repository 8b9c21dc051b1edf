import { readFileSync } from 'node:fs';
import path from 'node:path';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { PROJECT } from '../../project';

/** What runs here: memory, processor, garbage collection, the event loop's lag, file descriptors, the version. */
export function processMetrics(registry: Registry): void {
  // Every 10 ms by default, which costs an idle process a hundredth of a core.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  new Gauge({
    name: 'reigh_build_info',
    help: 'Always 1: its labels say what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: versionOf(), node: process.version }, 1);
}

function versionOf(): string {
  const file = path.join(PROJECT, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
