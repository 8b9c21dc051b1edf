import { createHmac, randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import { refuse } from '../graphql/http';
import type { OperationView, SocketView } from '../graphql/sockets/view';
import { USUAL_TABLES } from '../realtime/change';

export interface SubscriptionsOptions {
  sockets(): Iterable<SocketView>;
  count(): number;
  /** How old a moment of the database is, in ms. */
  age(moment: Date): number;
}

const LIMIT = 100;
const LIMIT_MAX = 1_000;
/** Of one page, whatever its sockets hold: making it keeps everybody else waiting. */
const OPERATIONS_MAX = 2_000;

/**
 * GET /ops/subscriptions?after=&limit=: the open sockets, a page of them in the order in which they came, each with what
 * runs on it. Who it is, is not told: the same caller has the same `caller` for as long as this process lives, so
 * that one can be told from many, and nobody learns an id. Ids of projects mean nothing to others and stand as they are.
 */
export function showSubscriptions(options: SubscriptionsOptions): RequestHandler {
  const key = randomBytes(32);
  const hash = (caller: string) => createHmac('sha256', key).update(caller).digest('base64url').slice(0, 16);
  const describe = ({ id, caller, role, since, bufferBytes, operations }: SocketView) => ({
    id,
    caller: caller === undefined ? null : hash(caller),
    role: role ?? null,
    since: new Date(since),
    bufferBytes,
    operations: [...operations()]
      .slice(0, OPERATIONS_MAX)
      .map((operation) => describeOperation(operation, options)),
  });

  return (request, response) => {
    const after = wholeNumber(request.query.after, 0, Number.MAX_SAFE_INTEGER, 0);
    const limit = wholeNumber(request.query.limit, 1, LIMIT_MAX, LIMIT);
    if (after === undefined || limit === undefined) {
      const message = `after is the id of a socket; limit is a number from 1 to ${LIMIT_MAX}.`;
      return refuse(response, { code: 'INVALID_INPUT', message });
    }
    const sockets: ReturnType<typeof describe>[] = [];
    let operations = 0;
    let next: number | null = null;
    for (const view of options.sockets()) {
      if (view.id <= after) continue;
      if (sockets.length === limit || operations >= OPERATIONS_MAX) {
        next = sockets.at(-1)?.id ?? null;
        break;
      }
      const described = describe(view);
      operations += described.operations.length;
      sockets.push(described);
    }
    response.set('cache-control', 'no-store').json({ total: options.count(), sockets, next });
  };
}

function describeOperation(
  { requestId, kind, since, delivered, lastLagMs, following }: OperationView,
  { age }: SubscriptionsOptions,
) {
  const told = { requestId, kind: kind ?? null, since: new Date(since), delivered };
  if (!following) return told;
  const { field, projectId, tables, view } = following;
  const { state, queuedRows, queuedSince } = view();
  return {
    ...{ ...told, field, projectId, tables: tables ?? USUAL_TABLES, state, queuedRows },
    waitingMs: queuedSince ? age(queuedSince) : 0,
    lastLagMs: lastLagMs ?? null,
  };
}

function wholeNumber(given: unknown, least: number, most: number, fallback: number): number | undefined {
  if (given === undefined) return fallback;
  const number = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : NaN;
  return number >= least && number <= most ? number : undefined;
}
