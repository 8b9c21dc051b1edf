import contentDisposition from 'content-disposition';
import { isActive, plainType, readMediaType } from './mediaTypes';
import type { Version } from './ranges';

export interface ServedFacts extends Version {
  /** Of the object, with its folders. */
  name: string;
  /** As it was kept. Rows can be written past us, so nothing is taken for granted. */
  type: string | undefined;
  /** As it was given with the upload. */
  cacheControl: string | undefined;
  /** By which right it is read; of a signed URL also until when. */
  access: 'public' | 'authenticated' | { signedUntil: Date };
  /** Of the query: a name to be saved by, empty for the object's own; undefined when it is not there. */
  download: string | undefined;
  now: Date;
}

/**
 * The headers of an object's bytes, so that what a user has put there can be shown, and never acts on the gateway's
 * origin: not as a page, which is a download and in a sandbox; not as a script that a page of ours were made to load,
 * for it is text. 304 and HEAD have them too; the length and the range are of selectBytes.
 */
export function serveHeaders(facts: ServedFacts): Record<string, string> {
  const type = readServedType(facts.type);
  const plain = plainType(type);
  const isMedia = /^(?:image|video|audio)\//.test(plain) && !isActive(plain);
  const isOwn = facts.access === 'authenticated';
  const disposition = disposeOf(facts, plain);
  return {
    'content-type': SCRIPTS.test(plain) ? type.replace(plain, 'text/plain') : type,
    'x-content-type-options': 'nosniff',
    'content-security-policy': isMedia ? MEDIA_POLICY : POLICY,
    // With a token there is no way to ask for it but fetch, which asks by CORS.
    'cross-origin-resource-policy': isOwn ? 'same-origin' : 'cross-origin',
    'cache-control': limitCaching(facts),
    etag: facts.etag,
    'last-modified': facts.modified.toUTCString(),
    'accept-ranges': 'bytes',
    ...(disposition === undefined ? {} : { 'content-disposition': disposition }),
    // A browser must not show the next user of it what the last one has read under the same address.
    ...(isOwn ? { vary: 'Authorization, Origin' } : {}),
  };
}

/** Of a page, an image's own styles are all that is left. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/** In a tab of its own a browser makes a page around it, which has this policy and loads it from here. */
const MEDIA_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/** With `nosniff` a browser runs none of this as text/plain, and a page that is text shows its source. */
const SCRIPTS = /html|(?<!post)script/;

/**
 * What may be shown in a tab: pictures, sounds, and text. Anything else is saved, also a PDF: in a sandbox Chrome does
 * not show it, and outside of one it acts. Images and videos in a page, and fetch, take no notice of it.
 */
function isShown(type: string): boolean {
  if (isActive(type)) return false;
  return /^(?:image|video|audio|font)\//.test(type) || type === 'text/plain' || type === 'application/json';
}

function readServedType(stored: string | undefined): string {
  try {
    const { type, charset } = readMediaType(stored ?? '');
    if (/^(?:multipart|message)\//.test(type)) return 'application/octet-stream';
    if (charset !== undefined) return `${type}; charset=${charset}`;
    return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
  } catch {
    return 'application/octet-stream';
  }
}

function disposeOf({ download, name }: ServedFacts, type: string): string | undefined {
  if (download === undefined && isShown(type)) return undefined;
  const own = name.slice(name.lastIndexOf('/') + 1);
  return contentDisposition(cleanFileName(download ?? '') || cleanFileName(own) || 'download');
}

/** Without folders, what is not seen, and what turns the writing round so that `.exe` looks like `.png`. */
function cleanFileName(raw: string): string {
  return Buffer.from(raw.slice(0, 1024))
    .toString()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\]/g, '_')
    .slice(0, 200)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/^[. ]+$/, '');
}

const FLAGS =
  /^(?:no-cache|no-store|no-transform|must-revalidate|proxy-revalidate|must-understand|private|public|immutable)$/;
const TIMES = /^(?:max-age|s-maxage|stale-while-revalidate|stale-if-error)$/;

/**
 * What the object says of caching, of the directives that there are, without those that its right does not allow: what
 * is read by a token is nobody else's, and what is read by a signed URL is gone from every cache when that expires.
 */
function limitCaching({ cacheControl, access, now }: ServedFacts): string {
  const given = readCacheControl(cacheControl);
  const directives = given.size > 0 ? given : new Map([['no-cache', undefined as number | undefined]]);
  if (access === 'authenticated') {
    for (const shared of ['public', 's-maxage', 'proxy-revalidate', 'private']) directives.delete(shared);
    return write(new Map([['private', undefined], ...directives]));
  }
  if (access === 'public') return write(directives);
  const left = Math.max(0, Math.floor((access.signedUntil.getTime() - now.getTime()) / 1000));
  directives.delete('stale-while-revalidate');
  directives.delete('stale-if-error');
  for (const [name, seconds] of directives)
    if (seconds !== undefined) directives.set(name, Math.min(seconds, left));
  // Without an age a cache guesses one.
  if (!directives.has('max-age')) directives.set('max-age', 0);
  return write(directives.set('must-revalidate', undefined));
}

function readCacheControl(header: string | undefined): Map<string, number | undefined> {
  const read = new Map<string, number | undefined>();
  for (const directive of (header ?? '').slice(0, 1000).toLowerCase().split(',')) {
    const [, name = '', seconds] = /^ *([a-z-]+)(?:="?(\d{1,9})"?)? *$/.exec(directive) ?? [];
    if (seconds === undefined ? FLAGS.test(name) : TIMES.test(name))
      read.set(name, seconds === undefined ? undefined : Number(seconds));
  }
  return read;
}

function write(directives: Map<string, number | undefined>): string {
  return [...directives]
    .map(([name, seconds]) => (seconds === undefined ? name : `${name}=${seconds}`))
    .join(', ');
}
