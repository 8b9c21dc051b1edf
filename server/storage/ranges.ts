import parseRanges from 'range-parser';
import type { ByteRange } from './backends/backend';

/** Of the version that is served. */
export interface Version {
  /** With its quotes, and strong: the same tag is the same bytes. */
  etag: string;
  modified: Date;
}

export interface RangeRequest {
  method: string;
  range: string | undefined;
  ifRange: string | undefined;
}

/** Which bytes to send, and what to say of them. Without a range it is all of them. */
export type Selection =
  | {
      status: 200 | 206;
      range: ByteRange | undefined;
      length: number;
      headers: { 'content-length': string; 'content-range'?: string };
    }
  | { status: 416; headers: { 'content-range': string } };

/**
 * What of an object is asked for by `Range` and `If-Range`. Sources: RFC 9110, 13.1.5, 14.1.2 and 14.2.
 *
 * A header that is malformed, of another unit or on another method than GET counts for nothing, and several ranges are
 * answered with the whole: all of it is allowed, and none lets a short request ask for the same bytes a thousand times.
 * An empty object is sent whole: no range of it can be, and players ask for `bytes=0-` before they know.
 */
export function selectBytes(request: RangeRequest, version: Version, size: number): Selection {
  const { method, range, ifRange } = request;
  const whole: Selection = {
    status: 200,
    range: undefined,
    length: size,
    headers: { 'content-length': String(size) },
  };
  const asked = method === 'GET' && size > 0 && range !== undefined ? readSingleRange(range) : undefined;
  if (!asked || (ifRange !== undefined && !isSameVersion(ifRange, version))) return whole;

  const suffix = asked.start === '' ? Math.min(Number(asked.end), size) : undefined;
  // range-parser has none of a suffix that is longer than the object, where the whole is meant.
  const spec = suffix === undefined ? `${asked.start}-${asked.end}` : `-${suffix}`;
  const parsed = parseRanges(size, `bytes=${spec}`);
  const first = Array.isArray(parsed) ? parsed[0] : undefined;
  if (!first) return { status: 416, headers: { 'content-range': `bytes */${size}` } };
  const { start, end } = first;
  const length = end - start + 1;
  return {
    status: 206,
    range: { start, end },
    length,
    headers: { 'content-length': String(length), 'content-range': `bytes ${start}-${end}/${size}` },
  };
}

function readSingleRange(header: string): { start: string; end: string } | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header);
  const [, start = '', end = ''] = match ?? [];
  if (!match || (start === '' && end === '')) return undefined;
  if (start !== '' && end !== '' && Number(end) < Number(start)) return undefined;
  return { start, end };
}

/** Whether what the caller has the beginning of is this version. By date only when it is the very same. */
function isSameVersion(ifRange: string, version: Version): boolean {
  const validator = ifRange.trim();
  if (validator.startsWith('"')) return validator === version.etag;
  return Date.parse(validator) === Math.floor(version.modified.getTime() / 1000) * 1000;
}
