import type { Claims } from './claims';

/**
 * By what a caller's sockets, requests and running operations are counted together. Who does not say who he is, is
 * where he comes from.
 */
export function callerName({ role, sub, worker_id }: Claims, address: string): string {
  const id = role === 'worker' ? worker_id : (sub ?? worker_id);
  return id === undefined ? `${role} at ${address}` : `${role} ${id}`;
}
