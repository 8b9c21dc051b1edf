import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'dotenv';
import { z } from 'zod';
import { Fault } from './faults';
import { limitVariables, readLimits, type LimitSettings } from './limitSettings';
import { readStorage, storageFaults, storageVariables, type StorageSettings } from './storageSettings';
import {
  httpUrl,
  optional,
  origins,
  paths,
  postgresUrl,
  truth,
  wholeNumber,
  withDefault,
} from './settingKinds';
import type { PersistedMode } from './graphql/persisted';
import type { Disclosure } from './graphql/production';
import type { SocketLimits } from './graphql/sockets/limits';
import { PROJECT } from './project';

/** What codegen writes: the operations of this project, the worker's and `npm run watch`'s among them. */
export const OWN_OPERATIONS = path.join(PROJECT, 'schema/persisted-operations.json');

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const environment = z.object({
  NODE_ENV: withDefault(z.enum(['development', 'production', 'test']), 'development'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  PORT: withDefault(wholeNumber(0, 65535), 5678),
  DATA_DIR: withDefault(z.string(), '.data'),
  PUBLIC_URL: optional(httpUrl),
  ROOT_DATABASE_URL: optional(postgresUrl),
  DATABASE_URL: optional(postgresUrl),
  AUTH_DATABASE_URL: optional(postgresUrl),
  SHADOW_DATABASE_URL: optional(postgresUrl),
  DATABASE_LISTEN_URL: optional(postgresUrl),
  DATABASE_REPLICA_URL: optional(postgresUrl),
  DATABASE_REPLICA_POOL_SIZE: withDefault(wholeNumber(1, 1000), 20),
  REPLICA_WAIT_MS: withDefault(wholeNumber(0, 10_000), 20),
  JWT_SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  JWT_JWKS_URL: optional(httpUrl),
  JWT_AUDIENCE: withDefault(z.string(), 'authenticated'),
  JWT_ISSUER: optional(z.string()),
  LOG_LEVEL: withDefault(z.enum(LOG_LEVELS), 'info'),
  CORS_ORIGINS: withDefault(origins, ''),
  DATABASE_POOL_SIZE: withDefault(wholeNumber(1, 1000), 20),
  DATABASE_CONNECT_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), 5_000),
  PAGE_SIZE_DEFAULT: withDefault(wholeNumber(1, 100_000), 100),
  PAGE_SIZE_MAX: withDefault(wholeNumber(1, 100_000), 1_000),
  ...limitVariables,
  ...storageVariables,
  SOCKETS_MAX: withDefault(wholeNumber(1, 1_000_000), 20_000),
  SOCKETS_PER_CALLER_MAX: withDefault(wholeNumber(1, 1_000_000), 100),
  SOCKET_OPERATIONS_MAX: withDefault(wholeNumber(1, 100_000), 100),
  SOCKET_OPERATIONS_PER_CALLER_MAX: withDefault(wholeNumber(1, 1_000_000), 1_000),
  SOCKET_INIT_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), 5_000),
  SOCKET_PING_INTERVAL_MS: withDefault(wholeNumber(100, 600_000), 20_000),
  SOCKET_BUFFER_LIMIT_BYTES: withDefault(wholeNumber(1_000, 1_000_000_000), 4_000_000),
  SHUTDOWN_GRACE_MS: withDefault(wholeNumber(0, 600_000), 300),
  SHUTDOWN_TIMEOUT_MS: withDefault(wholeNumber(0, 600_000), 8_000),
  MAINTENANCE_INTERVAL_MS: withDefault(wholeNumber(0, 3_600_000), 5_000),
  REALTIME_LOG_HOURS: withDefault(wholeNumber(1, 8_760), 24),
  REALTIME_POLL_MS: withDefault(wholeNumber(20, 60_000), 250),
  MIGRATE_ON_START: withDefault(truth, 'false'),
  WORKER_TOKEN: optional(z.string()),
  METRICS_TOKEN: optional(z.string().min(16, 'must have at least 16 characters')),
  SLOW_OPERATION_MS: withDefault(wholeNumber(0, 3_600_000), 1_000),
  INTROSPECTION: optional(truth),
  SUGGESTIONS: optional(truth),
  GRAPHIQL: optional(truth),
  STUDIO: withDefault(truth, 'true'),
  SAMPLE_SIGN_IN: optional(truth),
  PERSISTED_OPERATIONS: withDefault(z.enum(['off', 'allow', 'only']), 'allow'),
  PERSISTED_OPERATIONS_FILE: withDefault(paths, OWN_OPERATIONS),
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

export interface ReplicaSettings {
  /** The authenticator's, of a streaming replica. Undefined: queries are read on the primary. */
  url: string | undefined;
  poolSize: number;
  /** How long a query waits for a replica that is behind. */
  waitMs: number;
}

export interface JwtSettings {
  /** Undefined with an embedded database until a secret was drawn and kept in the data directory. */
  secret: string | undefined;
  jwksUrl: string | undefined;
  audience: string;
  issuer: string | undefined;
}

export interface Settings extends LimitSettings {
  environment: 'development' | 'production' | 'test';
  host: string;
  port: number;
  /** Absolute path. */
  dataDir: string;
  database: DatabaseSettings;
  jwt: JwtSettings;
  logLevel: (typeof LOG_LEVELS)[number];
  corsOrigins: string[];
  /** Where the database calls out that something changed, on a direct connection; undefined: the authenticator's URL. */
  listenUrl: string | undefined;
  replica: ReplicaSettings;
  poolSize: number;
  connectTimeoutMs: number;
  pageSize: { default: number; max: number };
  sockets: SocketLimits;
  /** Between "not ready any more" and "no new connections". */
  shutdownGraceMs: number;
  shutdownTimeoutMs: number;
  /** Between two rounds of the gateway's own work; 0: it does none. */
  maintenanceIntervalMs: number;
  /** For how long a client that was away can go on where it was. */
  realtimeLogHours: number;
  /** How often the change log is looked at though nobody called. */
  realtimePollMs: number;
  migrateOnStart: boolean;
  /** What `npm run worker` signs in with. */
  workerToken: string | undefined;
  /** Opens /metrics and /ops to whoever watches over the gateway. */
  metricsToken: string | undefined;
  /** Operations that take as long are told in the log; 0: none. */
  slowOperationMs: number;
  /** What is told of the schema beyond what a document asks of it. */
  disclosure: Disclosure;
  graphiql: boolean;
  /** `isServed`: the page at `/`. `sampleSignIn`: there, a sample user needs no token. */
  studio: { isServed: boolean; sampleSignIn: boolean };
  /** Which operations are known by their hash, from lists at absolute paths. */
  persisted: { mode: PersistedMode; files: string[] };
  /** Where people reach the gateway, without a slash at its end; undefined: where it listens. */
  publicUrl: string | undefined;
  storage: StorageSettings;
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
  for (const name of ['DATABASE_LISTEN_URL', 'DATABASE_REPLICA_URL']) {
    if (given(name) && !external)
      faults.push(`${name}: belongs to a database of your own: set AUTH_DATABASE_URL too`);
  }
  if (['true', '1'].includes(variables.SAMPLE_SIGN_IN ?? '') && variables.NODE_ENV === 'production') {
    faults.push('SAMPLE_SIGN_IN: not in production: it gives tokens to whoever asks on this machine');
  }
  faults.push(...storageFaults(variables));
  // Also when something else is wrong: every fault is told at once.
  const sizes = environment.pick({ PAGE_SIZE_DEFAULT: true, PAGE_SIZE_MAX: true }).safeParse(variables);
  if (sizes.success && sizes.data.PAGE_SIZE_DEFAULT > sizes.data.PAGE_SIZE_MAX) {
    faults.push('PAGE_SIZE_DEFAULT: must not be larger than PAGE_SIZE_MAX');
  }
  if (!parsed.success || faults.length > 0) {
    throw new Fault(`These settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }

  const env = parsed.data;
  const hidden = env.NODE_ENV === 'production';
  // Where others reach this gateway they come through something on this machine, and look as if they were on it.
  const isForThisMachine =
    env.TRUSTED_PROXIES === 0 && (!env.PUBLIC_URL || isLoopbackName(new URL(env.PUBLIC_URL).hostname));
  const dataDir = path.resolve(env.DATA_DIR);
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    dataDir,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    storage: readStorage(env, dataDir),
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
    listenUrl: env.DATABASE_LISTEN_URL,
    replica: {
      url: env.DATABASE_REPLICA_URL,
      poolSize: env.DATABASE_REPLICA_POOL_SIZE,
      waitMs: env.REPLICA_WAIT_MS,
    },
    poolSize: env.DATABASE_POOL_SIZE,
    connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
    pageSize: { default: env.PAGE_SIZE_DEFAULT, max: env.PAGE_SIZE_MAX },
    ...readLimits(env, env.DATABASE_POOL_SIZE),
    sockets: {
      max: env.SOCKETS_MAX,
      perCallerMax: env.SOCKETS_PER_CALLER_MAX,
      operationsMax: env.SOCKET_OPERATIONS_MAX,
      operationsPerCallerMax: env.SOCKET_OPERATIONS_PER_CALLER_MAX,
      initTimeoutMs: env.SOCKET_INIT_TIMEOUT_MS,
      pingIntervalMs: env.SOCKET_PING_INTERVAL_MS,
      bufferLimitBytes: env.SOCKET_BUFFER_LIMIT_BYTES,
    },
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    maintenanceIntervalMs: env.MAINTENANCE_INTERVAL_MS,
    realtimeLogHours: env.REALTIME_LOG_HOURS,
    realtimePollMs: env.REALTIME_POLL_MS,
    migrateOnStart: env.MIGRATE_ON_START,
    workerToken: env.WORKER_TOKEN,
    metricsToken: env.METRICS_TOKEN,
    slowOperationMs: env.SLOW_OPERATION_MS,
    disclosure: { introspection: env.INTROSPECTION ?? !hidden, suggestions: env.SUGGESTIONS ?? !hidden },
    graphiql: env.GRAPHIQL ?? !hidden,
    studio: {
      isServed: env.STUDIO,
      sampleSignIn: isForThisMachine && (env.SAMPLE_SIGN_IN ?? (!hidden && !external)),
    },
    persisted: { mode: env.PERSISTED_OPERATIONS, files: env.PERSISTED_OPERATIONS_FILE },
  };
}

/** Whether a URL's host is the machine itself. */
export function isLoopbackName(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/**
 * The settings of this process: its environment, and a `.env` in the working directory for what the
 * environment does not say. The only place that reads them.
 */
export function readSettings(): Settings {
  const file = existsSync('.env') ? parse(readFileSync('.env')) : {};
  return parseSettings({ ...file, ...process.env });
}

/**
 * What a program that we start inherits: not our settings, which hold secrets, and nothing that would lead it to
 * another server than the one it is given.
 */
export function environmentOfPrograms(): Variables {
  const kept = Object.entries(process.env).filter(
    ([name]) => !SETTING_NAMES.includes(name) && !['PGHOSTADDR', 'PGSERVICE'].includes(name),
  );
  return Object.fromEntries(kept);
}
