import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  getOperationAST,
  type GraphQLError,
  type ExecutionArgs,
  type execute as graphqlExecute,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { createHandler } from 'graphql-http';
import { claimsOf } from '../auth/bearer';
import { readClientId } from '../auth/clientId';
import { callerName } from '../auth/callerName';
import { TokenError, type VerifyToken } from '../auth/token';
import { RequestError, type ErrorCode, type PublicError } from '../errors';
import type { Logger } from '../log';
import type { Metrics } from '../ops/metrics/metrics';
import type { ConstraintWords } from './databaseErrors';
import type { createExecutor, RequestContext } from './execute';
import { noteErrors, type OperationFacts } from './facts';
import { paramsReader, type Gate } from './gate';
import type { Limits } from './limits/limits';
import { asGraphQLError, errorBody, toPublicError } from './mask';
import { coded, reporting, rulesFor } from './operations';
import type { Rates } from '../rates/rates';
import { discardRest, readBody } from './readBody';

export interface GraphQLHttpOptions {
  schema: () => GraphQLSchema;
  constraints: () => ConstraintWords;
  execute: ReturnType<typeof createExecutor>;
  verifyToken: VerifyToken;
  rates: Rates;
  /** Where a request comes from. */
  addressOf: (request: IncomingMessage) => string;
  bodyLimitBytes: number;
  limits: Limits;
  metrics?: Metrics;
  gate: Gate;
}

export interface IdentifiedRequest extends IncomingMessage {
  requestId: string;
  log: Logger;
  /** What its line in the log will say of it. */
  facts: OperationFacts;
}

const STATUS: Partial<Record<PublicError['code'], number>> = {
  UNAUTHENTICATED: 401,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Answers POST and GET /graphql by the GraphQL-over-HTTP specification. */
export function createGraphQLHandler(options: GraphQLHttpOptions) {
  const { gate } = options;
  const handle = createHandler<IdentifiedRequest, RequestContext, RequestContext>({
    schema: () => options.schema(),
    context: (request) => request.context,
    execute: options.execute as typeof graphqlExecute,
    parseRequestParams: paramsReader(gate, ({ context }) => context.claims.role),
    parse: (source) => gate.parse(typeof source === 'string' ? source : source.body, options.limits),
    validate: (schema, document, rules) => gate.validate(schema, document, rules),
    validationRules: ({ raw, context }, args, rules) => {
      raw.facts.kind = getOperationAST(args.document, args.operationName)?.operation;
      const all = gate.rulesFor(rules, context.claims.role);
      return rulesOverHttp(args, rulesFor(args, all, options.limits));
    },
    formatError: (error) => gate.errors([coded(error)])[0]!,
  });

  const answer = async (request: IdentifiedRequest, response: ServerResponse): Promise<void> => {
    const { facts } = request;
    try {
      const address = options.addressOf(request);
      const claims = await claimsOf(authorizationOf(request), options.verifyToken).catch(
        async (error: unknown) => {
          if (error instanceof TokenError) await options.rates.countGuess(address);
          throw error;
        },
      );
      facts.role = claims.role;
      await options.rates.count(claims, address);
      const clientId = readClientId(request.headers['x-client-id']);
      facts.clientId = clientId;
      const abandoned = new AbortController();
      // Not after each answer: what is thrown at whoever waits would be made for nobody.
      response.once('close', () => {
        if (!response.writableFinished) abandoned.abort();
      });
      const context: RequestContext = {
        ...{ claims, requestId: request.requestId, log: request.log, abandoned: abandoned.signal },
        ...{ clientId, facts, caller: callerName(claims, address) },
      };
      // Read only where a body counts: graphql-http decides the type of the content first.
      let refused: RequestError | undefined;
      const [body, init] = await handle({
        url: request.url ?? '/graphql',
        method: request.method ?? 'GET',
        headers: { ...request.headers, 'content-type': unquoted(request.headers['content-type']) },
        body: () =>
          readBody(request, options.bodyLimitBytes).catch((error: unknown) => {
            if (error instanceof RequestError) refused = error;
            throw error;
          }),
        raw: request,
        context,
      });
      if (refused) {
        if (refused.code === 'LIMIT_EXCEEDED') discardRest(request);
        throw refused;
      }
      if (init.status === 405 || (init.status >= 400 && !body)) {
        for (const [name, value] of Object.entries(init.headers ?? {})) response.setHeader(name, value ?? '');
        refuse(
          response,
          { code: 'BAD_REQUEST', message: `${init.statusText}: see GraphQL over HTTP.` },
          init.status,
        );
        return;
      }
      if (!facts.code && body) noteErrors(refusalsIn(body), facts, options.metrics?.operations);
      // With its length it is one piece, and one call of the system; without, it goes in chunks.
      const bytes = Buffer.from(body ?? '');
      response.writeHead(init.status, init.statusText, { ...init.headers, 'content-length': bytes.length });
      response.end(bytes);
    } catch (error) {
      const told = toPublicError(error, {
        role: 'anon',
        constraints: options.constraints(),
        log: request.log,
      });
      if (told.code === 'UNAUTHENTICATED') {
        response.setHeader(
          'www-authenticate',
          `Bearer error="invalid_token", error_description="${told.message.replace(/["\\]/g, "'")}"`,
        );
      }
      refuse(response, told);
    }
  };
  return async (request: IdentifiedRequest, response: ServerResponse): Promise<void> => {
    const begun = performance.now();
    await answer(request, response);
    const refusal = refusalOf(response);
    if (refusal) options.metrics?.operations.toldError(refusal);
    const { kind = 'none', code = refusal } = request.facts;
    options.metrics?.operations.ended({ transport: 'http', kind, code, ms: performance.now() - begun });
  };
}

/** graphql-http tells nobody of what it refuses before it executes: that is an answer of errors alone. */
function refusalsIn(body: string): GraphQLError[] | undefined {
  return body.startsWith('{"errors"') ? (JSON.parse(body) as { errors: GraphQLError[] }).errors : undefined;
}

/** graphql-http only says that it does not support them, not where they are. */
function rulesOverHttp(args: ExecutionArgs, rules: readonly ValidationRule[]): readonly ValidationRule[] {
  if (getOperationAST(args.document, args.operationName)?.operation !== 'subscription') return rules;
  const words =
    'Subscriptions are not answered over HTTP: use a WebSocket at /graphql, by graphql-transport-ws.';
  return [reporting(asGraphQLError({ code: 'BAD_REQUEST', message: words }))];
}

/** Node keeps the first of several Authorization headers, a proxy before us may go by the last. */
export function authorizationOf(request: IncomingMessage): string | undefined {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.filter((name) => name.toLowerCase() === 'authorization').length > 1) {
    throw new RequestError('BAD_REQUEST', 'A request has one Authorization header.');
  }
  return request.headers.authorization;
}

/** `charset="utf-8"` is as good as `charset=utf-8`, which alone graphql-http knows. */
function unquoted(contentType: string | undefined): string | undefined {
  return contentType?.replace(/charset="([^"]*)"/i, 'charset=$1');
}

const refusals = new WeakMap<ServerResponse, ErrorCode>();

/** Why a request was refused, for the log. */
export const refusalOf = (response: ServerResponse): ErrorCode | undefined => refusals.get(response);

/** Answers with an error outside of any operation. */
export function refuse(response: ServerResponse, told: PublicError, status = STATUS[told.code] ?? 400): void {
  refusals.set(response, told.code);
  const { retryAfterMs } = told.extensions ?? {};
  if (typeof retryAfterMs === 'number') response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(errorBody(told));
}
