import { StorageError, type StorageCode } from './errors';

const MAX_NAME_BYTES = 1024;
const MAX_BUCKET_BYTES = 63;
/** What file systems keep of one part: a longer one could not be saved by whoever downloads the folder. */
const MAX_PART_BYTES = 255;
/** Deep enough for people, and a bound for what takes a name apart. */
const MAX_PARTS = 50;
/** Each byte of a bucket, a slash and a name may be written as `%xx`. */
const MAX_RAW_PATH = 3 * (MAX_BUCKET_BYTES + 1 + MAX_NAME_BYTES);
const SHOWN = 100;

/** As on Supabase. Without `%`, `\` and all that is not ASCII: no decoding, folding or look-alike makes another name of it. */
const NOT_ALLOWED = /[^\w/!\-.*'() &$@=;:+,?]/u;
const ALLOWED_IN_WORDS = "Use letters A to Z, digits, spaces and _ - . ! * ' ( ) & $ @ = ; : + , ?";

/**
 * Checks the name of an object, decoded once by whoever received it. It is returned as it came: no name is repaired,
 * or two would mean one object.
 * @throws StorageError InvalidKey
 */
export function readObjectName(raw: string): string {
  const refuse = (why: string) => refusal('InvalidKey', 'key', raw, why);
  checkCharacters(raw, MAX_NAME_BYTES, refuse);
  if (raw.startsWith('/') || raw.endsWith('/')) throw refuse('It must not begin or end with "/".');
  // A URL loses the spaces at its end: such an object could be written, and not be read by its address.
  if (raw.startsWith(' ') || raw.endsWith(' ')) throw refuse('It must not begin or end with a space.');
  const parts = raw.split('/');
  if (parts.length > MAX_PARTS) throw refuse(`It has more than ${MAX_PARTS} parts. Use fewer folders.`);
  for (const part of parts) {
    if (part === '') throw refuse('It has an empty part: write "/" once between two parts.');
    // "..." and ".. " are ".." to a file system that drops what is at the end of a part.
    if (/^[. ]+$/.test(part))
      throw refuse('A part of it is nothing but dots and spaces. Give that part a name.');
    if (part.length > MAX_PART_BYTES)
      throw refuse(`A part of it is longer than ${MAX_PART_BYTES} bytes. Shorten it, or divide it by "/".`);
  }
  return raw;
}

/** @throws StorageError InvalidBucketName */
export function readBucketName(raw: string): string {
  const refuse = (why: string) => refusal('InvalidBucketName', 'bucket name', raw, why);
  checkCharacters(raw, MAX_BUCKET_BYTES, refuse);
  if (raw.includes('/')) throw refuse('A bucket has no folders: "/" is not allowed.');
  if (raw.trim() !== raw) throw refuse('It must not begin or end with a space.');
  if (/^[. ]+$/.test(raw)) throw refuse('It is nothing but dots and spaces. Give it a name.');
  return raw;
}

/**
 * Decodes a part of a request's path, as it stands in the request line and without the query, exactly once.
 *
 * `%2F` is a slash like any other, as on Supabase: its users write `encodeURIComponent(path)` too. Nothing is decided
 * before the decoding, and all after it, so the two spellings cannot mean two things. An encoded backslash or NUL has
 * no such honest use.
 * @throws StorageError InvalidKey
 */
export function decodePath(rawUrlPath: string): string {
  const refuse = (why: string) => refusal('InvalidKey', 'key', rawUrlPath, why);
  if (rawUrlPath.length > MAX_RAW_PATH)
    throw refuse(`It is longer than ${MAX_NAME_BYTES} bytes. Shorten it.`);
  if (/[^\x21-\x7e]/.test(rawUrlPath))
    throw refuse('The address has a character that must be percent-encoded. Use encodeURIComponent.');
  if (/\\|%5c/i.test(rawUrlPath)) throw refuse('"\\" is not allowed. Divide folders by "/".');
  if (/%00/.test(rawUrlPath)) throw refuse('It holds a NUL. Leave it out.');
  try {
    // Refuses stray percent signs, and bytes that are no UTF-8: overlong forms and halves of surrogates too.
    return decodeURIComponent(rawUrlPath);
  } catch {
    throw refuse('Its percent-encoding is not of UTF-8. Encode it once, by encodeURIComponent.');
  }
}

function checkCharacters(raw: string, maxBytes: number, refuse: (why: string) => StorageError): void {
  if (raw === '') throw refuse('It is empty. Give it a name.');
  if (raw.length > maxBytes) throw refuse(`It is longer than ${maxBytes} bytes. Shorten it.`);
  const bad = NOT_ALLOWED.exec(raw)?.[0];
  if (bad !== undefined) throw refuse(`${nameOf(bad)} is not allowed. ${ALLOWED_IN_WORDS}`);
}

function refusal(code: StorageCode, what: string, raw: string, why: string): StorageError {
  return new StorageError(code, `Invalid ${what}: ${show(raw)} — ${why}`);
}

/** What came from outside, for a message: short, and nothing that a terminal, a log or a reader's eye could take for something else. */
export function show(raw: string): string {
  const visible = raw.slice(0, SHOWN).replace(/[^\x20-\x7e]/gu, escape);
  return visible.length < raw.length || visible.length > SHOWN ? `${visible.slice(0, SHOWN - 1)}…` : visible;
}

const escape = (character: string) =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function nameOf(character: string): string {
  return /^[\x20-\x7e]$/.test(character) ? `"${character}"` : `The character U+${escape(character).slice(2)}`;
}
