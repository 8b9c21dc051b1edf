import type { IncomingHttpHeaders } from 'node:http';
import fresh from 'fresh';
import type { Version } from './ranges';

/**
 * Whether an object is to be sent to who asks for it by GET or HEAD with conditions: undefined when it is, 304 when he
 * has it, 412 when it is not what he takes it for. Source: RFC 9110, 13.2.2, in that order.
 * Neither answer has a body; 304 keeps the headers of a 200 but those of the body.
 */
export function checkConditions(headers: IncomingHttpHeaders, version: Version): 304 | 412 | undefined {
  const seconds = Math.floor(version.modified.getTime() / 1000) * 1000;
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, version.etag)) return 412;
  } else {
    // A date that is none counts for nothing, and is not less than anything.
    const limit = Date.parse(headers['if-unmodified-since'] ?? '');
    if (seconds > limit) return 412;
  }
  return fresh(headers, { etag: version.etag, 'last-modified': new Date(seconds).toUTCString() })
    ? 304
    : undefined;
}

/** Compared strongly: a weak tag is never the same bytes. */
function listsTag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  // A comma may stand within a tag, so the list is not cut at commas.
  const tags: string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.includes(etag);
}
