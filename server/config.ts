import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'dotenv';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from './faults';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** An empty value in a .env file means "not set". */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const withDefault = <T extends z.ZodType>(schema: T, fallback: z.input<T>) =>
  z.preprocess((value) => (value === undefined || value === '' ? fallback : value), schema);

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .or(z.number())
    .transform((value, context) => {
      const number = /^\d+$/.test(String(value).trim()) ? Number(value) : NaN;
      if (!(number >= min && number <= max)) {
        context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` });
        return z.NEVER;
      }
      return number;
    });

function isEncoded({ username, password, pathname }: URL): boolean {
  try {
    [username, password, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

const postgresUrl = z.string().refine(
  (value) => {
    if (!URL.canParse(value)) return false;
    const url = new URL(value);
    return /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1 && isEncoded(url);
  },
  {
    message:
      'must be a URL such as postgres://user:password@host:5432/database, with a % in it written as %25',
  },
);

const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    message: 'must be an http or https URL',
  });

const environment = z.object({
  NODE_ENV: withDefault(z.enum(['development', 'production', 'test']), 'development'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  PORT: withDefault(wholeNumber(0, 65535), 5678),
  DATA_DIR: withDefault(z.string(), '.data'),
  ROOT_DATABASE_URL: optional(postgresUrl),
  DATABASE_URL: optional(postgresUrl),
  AUTH_DATABASE_URL: optional(postgresUrl),
  SHADOW_DATABASE_URL: optional(postgresUrl),
  JWT_SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  JWT_JWKS_URL: optional(httpUrl),
  JWT_AUDIENCE: withDefault(z.string(), 'authenticated'),
  JWT_ISSUER: optional(z.string()),
  LOG_LEVEL: withDefault(z.enum(LOG_LEVELS), 'info'),
  CORS_ORIGINS: withDefault(
    z.string().transform((value, context) => {
      const origins = value
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean);
      for (const origin of origins) {
        if (origin !== '*' && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
          context.addIssue({
            code: 'custom',
            message: `must list origins such as https://studio.example, separated by commas, or be * (found ${origin})`,
          });
        }
      }
      return origins;
    }),
    '',
  ),
  DATABASE_POOL_SIZE: withDefault(wholeNumber(1, 1000), 20),
  DATABASE_CONNECT_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), 5_000),
  STATEMENT_TIMEOUT_MS: withDefault(wholeNumber(100, 3_600_000), 15_000),
  BODY_LIMIT_BYTES: withDefault(wholeNumber(1_000, 1_000_000_000), 1_000_000),
  PAGE_SIZE_DEFAULT: withDefault(wholeNumber(1, 100_000), 100),
  PAGE_SIZE_MAX: withDefault(wholeNumber(1, 100_000), 1_000),
  QUERY_DEPTH_MAX: withDefault(wholeNumber(5, 1_000), 30),
  QUERY_FIELDS_MAX: withDefault(wholeNumber(50, 100_000), 2_000),
  MUTATION_FIELDS_MAX: withDefault(wholeNumber(1, 100_000), 20),
  VALUE_DEPTH_MAX: withDefault(wholeNumber(5, 1_000), 32),
  SHUTDOWN_TIMEOUT_MS: withDefault(wholeNumber(0, 600_000), 8_000),
  MAINTENANCE_INTERVAL_MS: withDefault(wholeNumber(0, 3_600_000), 5_000),
  MIGRATE_ON_START: withDefault(
    z
      .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
      .transform((value) => value === 'true' || value === '1'),
    'false',
  ),
  WORKER_TOKEN: optional(z.string()),
});

/** Names of all settings, for the test that holds docs/config.md against them. */
export const SETTING_NAMES = Object.keys(environment.shape);

/** Where the database is: a server of our own below `dataDir`, or somebody's, by URL. */
export type DatabaseSettings =
  | { kind: 'embedded' }
  | {
      kind: 'external';
      rootUrl: string | undefined;
      ownerUrl: string | undefined;
      authUrl: string | undefined;
      shadowUrl: string | undefined;
    };

export interface JwtSettings {
  /** Undefined with an embedded database until a secret was drawn and kept in the data directory. */
  secret: string | undefined;
  jwksUrl: string | undefined;
  audience: string;
  issuer: string | undefined;
}

export interface Settings {
  environment: 'development' | 'production' | 'test';
  host: string;
  port: number;
  /** Absolute path. */
  dataDir: string;
  database: DatabaseSettings;
  jwt: JwtSettings;
  logLevel: (typeof LOG_LEVELS)[number];
  corsOrigins: string[];
  poolSize: number;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
  bodyLimitBytes: number;
  pageSize: { default: number; max: number };
  /** What a document may be, with its fragments expanded, and how deep its values. */
  limits: { depth: number; fields: number; mutationFields: number; valueDepth: number };
  shutdownTimeoutMs: number;
  /** Between two rounds of the gateway's own work; 0: it does none. */
  maintenanceIntervalMs: number;
  migrateOnStart: boolean;
  /** What `npm run worker` signs in with. */
  workerToken: string | undefined;
}

type Variables = Record<string, string | undefined>;

/**
 * Turns environment variables into settings.
 * @throws Fault that lists every fault at once, each with the variable's name and what it should be.
 */
export function parseSettings(variables: Variables): Settings {
  const parsed = environment.safeParse(variables);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);

  const given = (name: string) => Boolean(variables[name]);
  const external = ['ROOT_DATABASE_URL', 'DATABASE_URL', 'AUTH_DATABASE_URL'].some(given);
  if (external && !given('JWT_SECRET') && !given('JWT_JWKS_URL')) {
    faults.push('JWT_SECRET or JWT_JWKS_URL: one of them is needed to check tokens with your own database');
  }
  // Also when something else is wrong: every fault is told at once.
  const sizes = environment.pick({ PAGE_SIZE_DEFAULT: true, PAGE_SIZE_MAX: true }).safeParse(variables);
  if (sizes.success && sizes.data.PAGE_SIZE_DEFAULT > sizes.data.PAGE_SIZE_MAX) {
    faults.push('PAGE_SIZE_DEFAULT: must not be larger than PAGE_SIZE_MAX');
  }
  if (!parsed.success || faults.length > 0) {
    throw new Fault(`These settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }

  const env = parsed.data;
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    dataDir: path.resolve(env.DATA_DIR),
    database: external
      ? {
          kind: 'external',
          rootUrl: env.ROOT_DATABASE_URL,
          ownerUrl: env.DATABASE_URL,
          authUrl: env.AUTH_DATABASE_URL,
          shadowUrl: env.SHADOW_DATABASE_URL,
        }
      : { kind: 'embedded' },
    jwt: {
      secret: env.JWT_SECRET,
      jwksUrl: env.JWT_JWKS_URL,
      audience: env.JWT_AUDIENCE,
      issuer: env.JWT_ISSUER,
    },
    logLevel: env.LOG_LEVEL,
    corsOrigins: env.CORS_ORIGINS,
    poolSize: env.DATABASE_POOL_SIZE,
    connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: env.STATEMENT_TIMEOUT_MS,
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    pageSize: { default: env.PAGE_SIZE_DEFAULT, max: env.PAGE_SIZE_MAX },
    limits: {
      depth: env.QUERY_DEPTH_MAX,
      fields: env.QUERY_FIELDS_MAX,
      mutationFields: env.MUTATION_FIELDS_MAX,
      valueDepth: env.VALUE_DEPTH_MAX,
    },
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    maintenanceIntervalMs: env.MAINTENANCE_INTERVAL_MS,
    migrateOnStart: env.MIGRATE_ON_START,
    workerToken: env.WORKER_TOKEN,
  };
}

/**
 * The settings of this process: its environment, and a `.env` in the working directory for what the
 * environment does not say. The only place that reads them.
 */
export function readSettings(): Settings {
  const file = existsSync('.env') ? parse(readFileSync('.env')) : {};
  return parseSettings({ ...file, ...process.env });
}
