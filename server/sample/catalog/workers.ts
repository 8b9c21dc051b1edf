/** A row of workers; `seen` and `since` are seconds before the load. */
export interface WorkerRow {
  id: string;
  status: 'active' | 'inactive' | 'error' | 'terminated';
  current_model: string | null;
  metadata: Record<string, unknown>;
  last_heartbeat: number;
  created_at: number;
  updated_at: number;
}

const DAY = 86_400;

function enlist(
  id: string,
  status: WorkerRow['status'],
  current_model: string | null,
  seen: number,
  since: number,
  metadata: Record<string, unknown>,
): WorkerRow {
  return { id, status, current_model, metadata, last_heartbeat: seen, created_at: since, updated_at: seen };
}

/** The machines behind the tasks. */
export const WORKERS: readonly WorkerRow[] = [
  enlist('gpu-fsn-01', 'active', 'wan-2.2-i2v', 4, 58 * DAY, {
    gpu: 'RTX 4090',
    vram_total_mb: 24_564,
    vram_used_mb: 19_870,
    region: 'fsn1',
    version: '2.8.1',
  }),
  enlist('gpu-fsn-02', 'active', 'wan-2.2', 9, 31 * DAY, {
    gpu: 'RTX 4090',
    vram_total_mb: 24_564,
    vram_used_mb: 14_112,
    region: 'fsn1',
    version: '2.8.1',
  }),
  enlist('api-bridge-01', 'active', null, 2, 70 * DAY, { kind: 'api', concurrency: 8, version: '2.8.0' }),
  enlist('gpu-hel-03', 'inactive', 'wan-2.2-i2v', 5 * 3600, 44 * DAY, {
    gpu: 'L40S',
    vram_total_mb: 46_068,
    region: 'hel1',
    version: '2.7.4',
    note: 'drained for driver update',
  }),
  enlist('gpu-hel-04', 'error', 'vace-14b', 26 * 3600, 20 * DAY, {
    gpu: 'L40S',
    vram_total_mb: 46_068,
    region: 'hel1',
    version: '2.7.4',
    last_error: 'CUDA error: an illegal memory access was encountered',
  }),
  enlist('spot-7f3a91', 'terminated', 'wan-2.2-i2v', 16 * DAY, 17 * DAY, {
    gpu: 'A100 80GB',
    provider: 'spot',
    reason: 'spot instance reclaimed',
  }),
];

/** Those that did the work of the past weeks. */
export const GPU_WORKERS = ['gpu-fsn-01', 'gpu-fsn-02', 'gpu-hel-03'] as const;
export const API_WORKER = 'api-bridge-01';
