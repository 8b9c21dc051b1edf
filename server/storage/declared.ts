import { StorageError } from './errors';

/** What an owner may say of an object. */
export const USER_METADATA_BYTES = 64 * 1024;
/** As of JSON elsewhere: what nests deeper, databases and readers give up on. */
const USER_METADATA_DEPTH = 32;

/** Seconds, as the client gives them in a form, or the header's own words. */
export function cacheControlOf(given: string | undefined): string {
  if (given === undefined || given.trim() === '') return 'no-cache';
  const value = /^\d{1,10}$/.test(given.trim()) ? `max-age=${given.trim()}` : given.trim();
  if (!/^[a-z0-9=,"\- ]{1,200}$/i.test(value)) {
    throw new StorageError(
      'InvalidRequest',
      'Cache-Control is a number of seconds, or directives like max-age=3600.',
    );
  }
  return value;
}

/** @param where it stands, for the refusal. @throws StorageError InvalidRequest */
export function userMetadataOf(text: string, where: string): Record<string, unknown> {
  const wrong = new StorageError(
    'InvalidRequest',
    `${where} must be a JSON object of at most 64 kB and ${USER_METADATA_DEPTH} levels.`,
  );
  if (Buffer.byteLength(text) > USER_METADATA_BYTES) throw wrong;
  try {
    const value = JSON.parse(text) as unknown;
    // What the database cannot keep is refused here, where it can be said.
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || nestsDeeper(value, USER_METADATA_DEPTH)) throw wrong;
    if (/\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(value))) throw wrong;
    return value as Record<string, unknown>;
  } catch {
    throw wrong;
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}
