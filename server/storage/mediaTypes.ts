import { StorageError } from './errors';
import { show } from './names';

export interface MediaType {
  /** Lower case, by its one name, without parameters. */
  type: string;
  charset: string | undefined;
}

const TOKEN = '[a-z0-9!#$&^_.+-]+';
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})[ \\t]*(;.*)?$`, 'i');
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([\w-]+)"?[ \t]*(?:;|$)/i;
/** Those in which ASCII is ASCII. In UTF-7 or UTF-16 harmless bytes are markup. */
const CHARSETS = /^(?:utf-8|us-ascii|iso-8859-1[05]?|windows-125[0-8])$/;
const MAX_LENGTH = 255;

/** Other names of one type, so that two names are not two types. */
const ALIASES = new Map(
  Object.entries({
    'image/jpg': 'image/jpeg',
    'image/pjpeg': 'image/jpeg',
    'image/x-png': 'image/png',
    'image/x-bmp': 'image/bmp',
    'image/x-ms-bmp': 'image/bmp',
    'image/vnd.microsoft.icon': 'image/x-icon',
    'image/svg': 'image/svg+xml',
    'image/svg-xml': 'image/svg+xml',
    'audio/mp3': 'audio/mpeg',
    'audio/x-mp3': 'audio/mpeg',
    'audio/mpeg3': 'audio/mpeg',
    'audio/x-mpeg': 'audio/mpeg',
    'audio/wave': 'audio/wav',
    'audio/x-wav': 'audio/wav',
    'audio/x-pn-wav': 'audio/wav',
    'audio/vnd.wave': 'audio/wav',
    'audio/x-flac': 'audio/flac',
    'audio/x-aiff': 'audio/aiff',
    'audio/x-aac': 'audio/aac',
    'audio/aacp': 'audio/aac',
    'audio/m4a': 'audio/mp4',
    'audio/x-m4a': 'audio/mp4',
    'audio/mid': 'audio/midi',
    'audio/x-midi': 'audio/midi',
    'audio/ogg; codecs=opus': 'audio/ogg',
    'audio/opus': 'audio/ogg',
    'video/vnd.avi': 'video/x-msvideo',
    'video/avi': 'video/x-msvideo',
    'video/msvideo': 'video/x-msvideo',
    'video/x-matroska': 'video/matroska',
    'audio/x-matroska': 'audio/matroska',
    'video/x-quicktime': 'video/quicktime',
    'video/mp1s': 'video/mpeg',
    'video/mp2p': 'video/mpeg',
    'application/x-zip': 'application/zip',
    'application/x-zip-compressed': 'application/zip',
    'application/x-gzip': 'application/gzip',
    'application/x-pdf': 'application/pdf',
    'application/x-rar': 'application/vnd.rar',
    'application/x-rar-compressed': 'application/vnd.rar',
    'application/x-bzip2': 'application/x-bzip',
    'application/javascript': 'text/javascript',
    'application/x-javascript': 'text/javascript',
    'application/ecmascript': 'text/javascript',
    'application/x-ecmascript': 'text/javascript',
    'text/ecmascript': 'text/javascript',
    'text/x-javascript': 'text/javascript',
    'text/x-ecmascript': 'text/javascript',
    'text/jscript': 'text/javascript',
    'text/livescript': 'text/javascript',
    'text/xml': 'application/xml',
    'text/json': 'application/json',
    'binary/octet-stream': 'application/octet-stream',
  }),
);

/**
 * Reads a type that somebody declared. Parameters are dropped, but a charset in which text is what it looks like.
 * @throws StorageError InvalidMimeType for what is no type, or could end a header
 */
export function readMediaType(declared: string): MediaType {
  const text = declared.trim();
  const match = TYPE.exec(text);
  if (!match?.[1] || text.length > MAX_LENGTH || /[^\x20-\x7e\t]/.test(declared))
    throw new StorageError(
      'InvalidMimeType',
      `mime type ${show(declared)} is not a type. Send one such as image/png, or none.`,
    );
  const type = nameType(match[1]);
  const charset = CHARSET.exec(match[2] ?? '')?.[1]?.toLowerCase();
  return { type, charset: charset !== undefined && CHARSETS.test(charset) ? charset : undefined };
}

/** The one name of a type that has several. */
export function nameType(type: string): string {
  const lower = type.toLowerCase();
  return ALIASES.get(lower) ?? lower;
}

/** Whether its bytes are characters that people read and write: such a type has no mark at its beginning. */
export function isTextual(type: string): boolean {
  return type.startsWith('text/') || /[+]xml$|[+]json$/.test(type) || TEXTUAL.has(type);
}

const TEXTUAL = new Set([
  'application/xml',
  'application/json',
  'application/x-ndjson',
  'application/jsonl',
  'application/yaml',
  'application/x-yaml',
  'application/toml',
  'application/sql',
  'application/graphql',
  'application/x-sh',
  'application/x-subrip',
  'application/xml-dtd',
]);

/** Whether a browser may do something with it that its maker thought of: run, follow or load. */
export function isActive(type: string): boolean {
  return ACTIVE.has(type) || /[/+]xml|html|script|xsl|^(?:multipart|message)\//.test(type);
}

const ACTIVE = new Set(['application/pdf', 'application/x-shockwave-flash', 'application/wasm']);

/**
 * Whether a bucket takes the type. `allowed` is the bucket's list: types, and patterns such as `image/*`. As on
 * Supabase no list and an empty one allow all.
 */
export function isAllowed(type: string, allowed: readonly string[] | null): boolean {
  if (!allowed || allowed.length === 0) return true;
  const plain = nameType(plainType(type));
  return allowed.some((entry) => {
    const pattern = nameType(plainType(entry));
    if (pattern === '*/*' || pattern === '*') return true;
    return pattern.endsWith('/*') ? plain.startsWith(pattern.slice(0, -1)) : pattern === plain;
  });
}

/** Without its parameters. */
export const plainType = (type: string): string => (type.split(';', 1)[0] ?? '').trim();
