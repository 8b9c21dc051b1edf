import { Counter, Gauge, type Registry } from 'prom-client';
import { CLOSE } from '../../graphql/sockets/closing';
import type { SocketView } from '../../graphql/sockets/view';

export interface SocketMetrics {
  /** Whom to ask, when somebody wants to know. */
  watch(sockets: () => Iterable<SocketView>): void;
  opened(): void;
  closed(code: number): void;
  /** Counts what is open now. */
  refresh(): Promise<void>;
}

/** Sockets that are counted before everybody else has a turn: there may be tens of thousands. */
const AT_ONCE = 2_000;
/** Clients choose codes too, from thousands: those that mean nothing here are one. */
const KNOWN_CODES = new Set<number>([
  ...[1000, 1001, 1002, 1005, 1006, 1007, 1009, ...Object.values(CLOSE)],
  ...[4401, 4406, 4408, 4409, 4429],
]);

/** Read at each scrape from the sockets themselves: what is only counted up and down would drift. */
export function socketMetrics(registry: Registry, age: (moment: Date) => number): SocketMetrics {
  const registers = [registry];
  let views: () => Iterable<SocketView> = () => [];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const open = gauge('reigh_sockets', 'Open sockets; role "none": before connection_init.', ['role']);
  const running = gauge('reigh_socket_operations', 'Operations that run on sockets.', ['kind']);
  const following = gauge('reigh_subscriptions', 'Subscriptions, by field and by how they stand.', [
    ...['field', 'state'],
  ]);
  const queued = gauge('reigh_subscription_queue_rows', 'Changes that wait for subscribers, of all of them.');
  const longest = gauge(
    'reigh_subscription_queue_rows_max',
    'Changes that wait for one subscriber, at most.',
  );
  const oldest = gauge(
    'reigh_subscription_waiting_seconds_max',
    'Age of the oldest change that waits for somebody.',
  );
  const buffered = gauge('reigh_socket_buffer_bytes', 'Written and not yet read by clients, of all sockets.');
  const fullest = gauge('reigh_socket_buffer_bytes_max', 'Written and not yet read by one client, at most.');
  const opened = new Counter({
    name: 'reigh_sockets_opened_total',
    help: 'Sockets that were let in.',
    registers,
  });
  const closes = new Counter({
    name: 'reigh_socket_closes_total',
    help: 'Sockets that closed, by code.',
    labelNames: ['code'],
    registers,
  });

  const refresh = async () => {
    const roles = new Map<string, number>();
    const kinds = new Map<string, number>();
    const states = new Map<string, { field: string; state: string; count: number }>();
    const sums = { rows: 0, rowsMax: 0, waitingMax: 0, bytes: 0, bytesMax: 0 };
    let seen = 0;
    for (const { role, bufferBytes, operations } of views()) {
      if (++seen % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      add(roles, role ?? 'none');
      sums.bytes += bufferBytes;
      sums.bytesMax = Math.max(sums.bytesMax, bufferBytes);
      for (const { kind, following } of operations()) {
        add(kinds, kind ?? 'none');
        if (!following) continue;
        const { state, queuedRows, queuedSince } = following.view();
        const key = `${following.field} ${state}`;
        const known = states.get(key);
        if (known) known.count++;
        else states.set(key, { field: following.field, state, count: 1 });
        sums.rows += queuedRows;
        sums.rowsMax = Math.max(sums.rowsMax, queuedRows);
        if (queuedSince) sums.waitingMax = Math.max(sums.waitingMax, age(queuedSince));
      }
    }
    for (const stale of [open, running, following]) stale.reset();
    for (const [role, count] of roles) open.set({ role }, count);
    for (const [kind, count] of kinds) running.set({ kind }, count);
    for (const { field, state, count } of states.values()) following.set({ field, state }, count);
    queued.set(sums.rows);
    longest.set(sums.rowsMax);
    oldest.set(sums.waitingMax / 1000);
    buffered.set(sums.bytes);
    fullest.set(sums.bytesMax);
  };
  return {
    watch: (sockets) => (views = sockets),
    opened: () => opened.inc(),
    closed: (code) => closes.inc({ code: KNOWN_CODES.has(code) ? code : 'other' }),
    refresh,
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
