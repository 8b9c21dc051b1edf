/** Enough for who tries again now and then; who does nothing else costs as much as one who is let in. */
export const REFUSALS_MAX = 100;

/** What sockets may take of this gateway. */
export interface SocketLimits {
  /** Open at once, those included that have not said yet who they are. */
  max: number;
  /** Open at once of one caller: of a user, a worker, or an address that calls without a token. */
  perCallerMax: number;
  /** Running at once on one socket. */
  operationsMax: number;
  /** Running at once on all sockets of one caller. */
  operationsPerCallerMax: number;
  /** Until connection_init. */
  initTimeoutMs: number;
  /** Between two pings; a socket that has not answered the last one by then is dead. */
  pingIntervalMs: number;
  /** Waiting to be read by the other side; beyond it, nothing more is written. */
  bufferLimitBytes: number;
  /** Refused one after the other, for a limit of the socket or its caller, before it is closed; by default REFUSALS_MAX. */
  refusalsMax?: number;
}
