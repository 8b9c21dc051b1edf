import path from 'node:path';
import { z } from 'zod';
import { httpUrl, optional, truth, wholeNumber, withDefault } from './settingKinds';

/** Where files are kept and how much of them. docs/storage.md tells why each is there. */
export const storageVariables = {
  STORAGE_BACKEND: withDefault(z.enum(['file', 's3']), 'file'),
  STORAGE_DIR: optional(z.string()),
  STORAGE_FILE_SIZE_LIMIT: withDefault(wholeNumber(1_000, 50_000_000_000_000), 10_737_418_240),
  STORAGE_SIGNING_SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  STORAGE_DEEP_SWEEP_HOURS: withDefault(wholeNumber(0, 8_760), 24),
  STORAGE_UPLOADS_PER_CALLER_MAX: withDefault(wholeNumber(1, 100_000), 20),
  S3_ENDPOINT: optional(httpUrl),
  S3_REGION: withDefault(z.string(), 'us-east-1'),
  S3_BUCKET: optional(z.string()),
  S3_PREFIX: withDefault(z.string(), ''),
  S3_ACCESS_KEY_ID: optional(z.string()),
  S3_SECRET_ACCESS_KEY: optional(z.string()),
  S3_FORCE_PATH_STYLE: optional(truth),
  RENDITIONS_AT_ONCE: withDefault(wholeNumber(1, 64), 2),
  RENDITION_INPUT_BYTES: withDefault(wholeNumber(1_000, 1_000_000_000), 25_000_000),
  RENDITION_PIXELS_MAX: withDefault(wholeNumber(1_000, 1_000_000_000), 50_000_000),
  RENDITION_CACHE_BYTES: withDefault(wholeNumber(0, 100_000_000_000), 67_108_864),
};

export type BackendSettings =
  | { kind: 'file'; root: string }
  | {
      kind: 's3';
      endpoint: string | undefined;
      region: string;
      bucket: string;
      prefix: string;
      /** Undefined: as the machine itself is allowed. */
      credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
      forcePathStyle: boolean;
    };

export interface StorageSettings {
  backend: BackendSettings;
  /** Of an object, whatever its bucket takes; bytes. */
  sizeMax: number;
  /** What URLs are signed with; undefined: what tokens are signed with. */
  signingSecret: string | undefined;
  /** Uploads of one caller that run at once on one gateway. */
  uploadsPerCaller: number;
  /** Between two comparisons of the store with what is registered; 0: none. */
  deepSweepHours: number;
  renditions: { atOnce: number; inputBytesMax: number; pixelsMax: number; cacheBytes: number };
}

type Env = z.output<z.ZodObject<typeof storageVariables>>;

/** @param dataDir of the gateway, absolute: files are below it when nothing else is said */
export function readStorage(env: Env, dataDir: string): StorageSettings {
  return {
    backend: readBackend(env, dataDir),
    sizeMax: env.STORAGE_FILE_SIZE_LIMIT,
    signingSecret: env.STORAGE_SIGNING_SECRET,
    uploadsPerCaller: env.STORAGE_UPLOADS_PER_CALLER_MAX,
    deepSweepHours: env.STORAGE_DEEP_SWEEP_HOURS,
    renditions: {
      atOnce: env.RENDITIONS_AT_ONCE,
      inputBytesMax: env.RENDITION_INPUT_BYTES,
      pixelsMax: env.RENDITION_PIXELS_MAX,
      cacheBytes: env.RENDITION_CACHE_BYTES,
    },
  };
}

function readBackend(env: Env, dataDir: string): BackendSettings {
  if (env.STORAGE_BACKEND === 'file') {
    return {
      kind: 'file',
      root: env.STORAGE_DIR ? path.resolve(env.STORAGE_DIR) : path.join(dataDir, 'storage'),
    };
  }
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return {
    kind: 's3',
    endpoint: env.S3_ENDPOINT,
    region: env.S3_REGION,
    bucket: env.S3_BUCKET ?? '',
    prefix: env.S3_PREFIX,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    // Stores of one's own have no names of their own for each bucket.
    forcePathStyle: env.S3_FORCE_PATH_STYLE ?? env.S3_ENDPOINT !== undefined,
  };
}

/** What is missing for the store that was chosen, each with its name. */
export function storageFaults(variables: Record<string, string | undefined>): string[] {
  if (variables.STORAGE_BACKEND !== 's3') return [];
  const faults: string[] = [];
  if (!variables.S3_BUCKET) faults.push('S3_BUCKET: is needed with STORAGE_BACKEND=s3');
  if (Boolean(variables.S3_ACCESS_KEY_ID) !== Boolean(variables.S3_SECRET_ACCESS_KEY)) {
    faults.push(
      'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: go together; without both, the machine’s own role is used',
    );
  }
  return faults;
}
