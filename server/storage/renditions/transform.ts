import { StorageError } from '../errors';

const RESIZES = ['cover', 'contain', 'fill'] as const;
const FORMATS = ['origin', 'avif'] as const;
const SIDE_MAX = 2_500;
const QUALITY_MIN = 20;
const QUALITY_MAX = 100;
const QUALITY = 80;

/** What a rendition is to be like. Plain data: a signed address carries it as it is. */
export interface Transform {
  /** Pixels. A side that is not given follows from the other. */
  width?: number;
  height?: number;
  resize: (typeof RESIZES)[number];
  quality: number;
  /** Not given: whatever suits the reader, by what he accepts. */
  format?: (typeof FORMATS)[number];
}

/**
 * Reads how a picture is wanted, out of the query of an address or out of the JSON of a request to sign one. Other
 * parameters beside these are left to others.
 * @throws StorageError InvalidRequest, which says what is allowed
 */
export function readTransform(asked: Record<string, unknown>): Transform {
  const width = readSide('width', asked.width);
  const height = readSide('height', asked.height);
  const format = readChoice('format', asked.format, FORMATS);
  return {
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    resize: readChoice('resize', asked.resize, RESIZES) ?? 'cover',
    quality: readWhole('quality', asked.quality, QUALITY_MIN, QUALITY_MAX) ?? QUALITY,
    ...(format ? { format } : {}),
  };
}

/**
 * storage-js leaves a 0 out of an address but sends it in the JSON of a request to sign one: it is the same as none, so
 * that both of its ways give the same picture.
 */
function readSide(name: string, value: unknown): number | undefined {
  return isZero(value) ? undefined : readWhole(name, value, 1, SIDE_MAX);
}

const isZero = (value: unknown) => value === 0 || value === '0';
const isMissing = (value: unknown) => value === undefined || value === null;

function readWhole(name: string, value: unknown, min: number, max: number): number | undefined {
  if (isMissing(value)) return undefined;
  // What Number() takes for a number is far more than people write: '', '0x10', '1e3', [5].
  const isWritten = typeof value === 'string' && /^\d{1,9}$/.test(value);
  const number = isWritten ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new StorageError('InvalidRequest', `${name} must be a whole number from ${min} to ${max}`);
}

function readChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T | undefined {
  if (isMissing(value)) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen) return chosen;
  throw new StorageError('InvalidRequest', `${name} must be one of ${choices.join(', ')}`);
}
