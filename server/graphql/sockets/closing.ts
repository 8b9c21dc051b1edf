/**
 * Why a socket is closed. The 44xx that are not here are given by graphql-ws itself: 4401, 4406, 4408, 4409, 4429.
 * docs/sockets.md tells what a client does about each.
 */
export const CLOSE = {
  restart: 1012,
  overload: 1013,
  badMessage: 4400,
  token: 4403,
  fault: 4500,
} as const;

/** What a close frame has room for. Source: RFC 6455, 5.5. */
const REASON_BYTES = 123;

/** Cuts a reason to what a close frame has room for, at a whole character. */
export function cutReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES) return reason;
  return bytes
    .subarray(0, REASON_BYTES)
    .toString()
    .replace(/\ufffd+$/, '');
}
