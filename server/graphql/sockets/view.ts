import type { OperationTypeNode } from 'graphql';
import type { Role } from '../../auth/claims';
import type { RealtimeTable } from '../../realtime/change';
import type { Feed } from '../../realtime/feed';

/** A subscription that is followed, as an operator may see it. */
export interface Followed {
  field: string;
  projectId: string;
  /** Undefined: all of them. */
  tables: readonly RealtimeTable[] | undefined;
  view: Feed['view'];
}

/** An operation that runs on a socket. */
export interface OperationView {
  requestId: string;
  kind: OperationTypeNode | undefined;
  /** Milliseconds since 1970. */
  since: number;
  /** Results that were handed to the socket. */
  delivered: number;
  /** Of the last change that was: for how long it was under way. */
  lastLagMs: number | undefined;
  following: Followed | undefined;
}

/** A socket, for whoever watches over the gateway. */
export interface SocketView {
  /** Ascending, and not used twice by this gateway. */
  id: number;
  /** Whose it is, as sockets are counted; undefined before connection_init. Not to be shown as it is. */
  caller: string | undefined;
  role: Role | undefined;
  since: number;
  /** Written and not yet read by the other side. */
  bufferBytes: number;
  operations(): Iterable<OperationView>;
}
