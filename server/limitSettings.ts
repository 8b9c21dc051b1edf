import type { z } from 'zod';
import type { Role } from './auth/claims';
import { optional, wholeNumber, withDefault } from './settingKinds';

/** What callers may take of a gateway. docs/limits.md tells why each is there. */
export const limitVariables = {
  BODY_LIMIT_BYTES: withDefault(wholeNumber(1_000, 1_000_000_000), 1_000_000),
  VARIABLES_LIMIT_BYTES: optional(wholeNumber(1_000, 1_000_000_000)),
  QUERY_LIMIT_BYTES: withDefault(wholeNumber(1_000, 1_000_000_000), 100_000),
  QUERY_TOKENS_MAX: withDefault(wholeNumber(100, 10_000_000), 10_000),
  QUERY_DEPTH_MAX: withDefault(wholeNumber(5, 1_000), 30),
  QUERY_FIELDS_MAX: withDefault(wholeNumber(50, 100_000), 2_000),
  QUERY_ALIASES_MAX: withDefault(wholeNumber(0, 100_000), 100),
  QUERY_ROOT_FIELDS_MAX: withDefault(wholeNumber(1, 100_000), 50),
  QUERY_DIRECTIVES_MAX: withDefault(wholeNumber(0, 100_000), 50),
  QUERY_DIRECTIVES_EACH_MAX: withDefault(wholeNumber(0, 1_000), 5),
  QUERY_COST_MAX: withDefault(wholeNumber(100, 1_000_000_000), 250_000),
  MUTATION_FIELDS_MAX: withDefault(wholeNumber(1, 100_000), 20),
  VALUE_DEPTH_MAX: withDefault(wholeNumber(5, 1_000), 32),
  VALUE_ITEMS_MAX: withDefault(wholeNumber(10, 10_000_000), 5_000),
  FILTER_TERMS_MAX: withDefault(wholeNumber(10, 1_000_000), 200),
  FILTER_ITEMS_MAX: withDefault(wholeNumber(10, 1_000_000), 2_000),
  FILTER_TEXT_BYTES: withDefault(wholeNumber(10, 1_000_000), 1_000),
  RESULT_LIMIT_BYTES: withDefault(wholeNumber(10_000, 10_000_000_000), 10_000_000),
  STATEMENT_TIMEOUT_MS: withDefault(wholeNumber(100, 3_600_000), 15_000),
  STATEMENT_TIMEOUT_ANON_MS: optional(wholeNumber(100, 3_600_000)),
  STATEMENT_TIMEOUT_WORKER_MS: optional(wholeNumber(100, 3_600_000)),
  STATEMENT_TIMEOUT_SERVICE_MS: withDefault(wholeNumber(100, 3_600_000), 60_000),
  RATE_WINDOW_SECONDS: withDefault(wholeNumber(1, 86_400), 60),
  RATE_ANON_MAX: withDefault(wholeNumber(0, 1_000_000_000), 600),
  RATE_USER_MAX: withDefault(wholeNumber(0, 1_000_000_000), 6_000),
  RATE_WORKER_MAX: withDefault(wholeNumber(0, 1_000_000_000), 6_000),
  RATE_SERVICE_MAX: withDefault(wholeNumber(0, 1_000_000_000), 0),
  RATE_READS_MAX: withDefault(wholeNumber(0, 1_000_000_000), 12_000),
  TRUSTED_PROXIES: withDefault(wholeNumber(0, 100), 0),
  REQUESTS_PER_CALLER_MAX: optional(wholeNumber(1, 100_000)),
  CONNECTIONS_MAX: withDefault(wholeNumber(1, 1_000_000), 25_000),
  HEADERS_LIMIT_BYTES: withDefault(wholeNumber(1_000, 1_000_000), 16_384),
  HEADERS_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), 10_000),
  REQUEST_TIMEOUT_MS: withDefault(wholeNumber(100, 3_600_000), 30_000),
  KEEP_ALIVE_TIMEOUT_MS: withDefault(wholeNumber(100, 3_600_000), 65_000),
};

export interface RateLimits {
  windowSeconds: number;
  /** Operations of one caller within the window; 0: any number. */
  max: Record<Role, number>;
  /** Public and signed files read from one address within the window; 0: any number. */
  reads: number;
}

/** What a connection may take before a request has come in. */
export interface HttpLimits {
  connections: number;
  headerBytes: number;
  headersTimeoutMs: number;
  /** For the whole request, its body included. */
  requestTimeoutMs: number;
  /** Idle between two requests. */
  keepAliveTimeoutMs: number;
}

/** Callers without a token wait the least for what is slow. */
const ANON_TIMEOUT_MS = 5_000;
/** Of the connections for requests, what one caller may hold. */
const CALLERS_SHARE = 0.75;

/** The settings that say how much. */
export function readLimits(env: z.output<z.ZodObject<typeof limitVariables>>, poolSize: number) {
  const timeout = env.STATEMENT_TIMEOUT_MS;
  const statementTimeouts: Record<Role, number> = {
    anon: env.STATEMENT_TIMEOUT_ANON_MS ?? Math.min(ANON_TIMEOUT_MS, timeout),
    authenticated: timeout,
    worker: env.STATEMENT_TIMEOUT_WORKER_MS ?? timeout,
    service_role: env.STATEMENT_TIMEOUT_SERVICE_MS,
  };
  const rates: RateLimits = {
    windowSeconds: env.RATE_WINDOW_SECONDS,
    max: {
      anon: env.RATE_ANON_MAX,
      authenticated: env.RATE_USER_MAX,
      worker: env.RATE_WORKER_MAX,
      service_role: env.RATE_SERVICE_MAX,
    },
    reads: env.RATE_READS_MAX,
  };
  const http: HttpLimits = {
    connections: env.CONNECTIONS_MAX,
    headerBytes: env.HEADERS_LIMIT_BYTES,
    headersTimeoutMs: env.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_MS,
  };
  return {
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    /** Of what the database answers to one operation. */
    resultLimitBytes: env.RESULT_LIMIT_BYTES,
    /** What a document may be, with its fragments expanded, and its values. */
    limits: {
      textBytes: env.QUERY_LIMIT_BYTES,
      tokens: env.QUERY_TOKENS_MAX,
      depth: env.QUERY_DEPTH_MAX,
      fields: env.QUERY_FIELDS_MAX,
      aliases: env.QUERY_ALIASES_MAX,
      rootFields: env.QUERY_ROOT_FIELDS_MAX,
      mutationFields: env.MUTATION_FIELDS_MAX,
      directives: env.QUERY_DIRECTIVES_MAX,
      directivesEach: env.QUERY_DIRECTIVES_EACH_MAX,
      cost: env.QUERY_COST_MAX,
      valueDepth: env.VALUE_DEPTH_MAX,
      valueItems: env.VALUE_ITEMS_MAX,
      filterTerms: env.FILTER_TERMS_MAX,
      filterItems: env.FILTER_ITEMS_MAX,
      filterTextBytes: env.FILTER_TEXT_BYTES,
      variableBytes: env.VARIABLES_LIMIT_BYTES ?? env.BODY_LIMIT_BYTES,
    },
    /** Of a signed-in user; what has no role of its own goes by it too. */
    statementTimeoutMs: timeout,
    statementTimeouts,
    rates,
    /** Proxies in front, each of which adds an address to X-Forwarded-For. */
    trustedProxies: env.TRUSTED_PROXIES,
    /** Operations of one caller that run at once. */
    inFlightPerCaller: env.REQUESTS_PER_CALLER_MAX ?? Math.max(1, Math.floor(poolSize * CALLERS_SHARE)),
    http,
  };
}

export type LimitSettings = ReturnType<typeof readLimits>;
