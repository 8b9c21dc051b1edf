import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that opens a socket may. Browsers ask no server before they open one, as they do for other
 * requests, but they always say which page it is for; what is no browser does not.
 */
export function isOriginAllowed(
  { headers }: Pick<IncomingMessage, 'headers'>,
  corsOrigins: readonly string[],
): boolean {
  const { origin, host } = headers;
  if (origin === undefined || corsOrigins.includes('*') || corsOrigins.includes(origin)) return true;
  // The scheme is not compared: in front of us TLS may have ended.
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
