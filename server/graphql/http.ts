import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  GraphQLError,
  validate,
  type execute as graphqlExecute,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { createHandler } from 'graphql-http';
import { claimsOf } from '../auth/bearer';
import type { VerifyToken } from '../auth/token';
import { RequestError, type PublicError } from '../errors';
import type { Logger } from '../log';
import type { ConstraintWords } from './databaseErrors';
import type { createExecutor, RequestContext } from './execute';
import { extensionsOf, isTooLarge, toPublicError, TOO_COMPLEX } from './mask';
import { refusalOf, type Limits } from './limits';
import { BodyTooLargeError, readBody } from './readBody';

export interface GraphQLHttpOptions {
  schema: () => GraphQLSchema;
  constraints: () => ConstraintWords;
  execute: ReturnType<typeof createExecutor>;
  verifyToken: VerifyToken;
  bodyLimitBytes: number;
  limits: Limits;
}

export interface IdentifiedRequest extends IncomingMessage {
  requestId: string;
  log: Logger;
}

const STATUS: Partial<Record<PublicError['code'], number>> = {
  UNAUTHENTICATED: 401,
  LIMIT_EXCEEDED: 413,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Answers POST and GET /graphql by the GraphQL-over-HTTP specification. */
export function createGraphQLHandler(options: GraphQLHttpOptions) {
  const handle = createHandler<IdentifiedRequest, RequestContext, RequestContext>({
    schema: () => options.schema(),
    context: (request) => request.context,
    execute: options.execute as typeof graphqlExecute,
    validate: (schema, document, rules) =>
      validate(schema, document, rules, undefined, { maxErrors: MAX_ERRORS }),
    validationRules: (_request, args, rules) => {
      const refusal = refusalOf(args.document, args.operationName, args.variableValues, options.limits);
      return refusal ? [reporting(refusal)] : rules;
    },
    formatError: (error) => coded(error),
  });

  return async (request: IdentifiedRequest, response: ServerResponse): Promise<void> => {
    try {
      const claims = await claimsOf(authorizationOf(request), options.verifyToken);
      const abandoned = new AbortController();
      response.once('close', () => abandoned.abort());
      const context: RequestContext = {
        ...{ claims, requestId: request.requestId, log: request.log, abandoned: abandoned.signal },
      };
      // Read only where a body counts: graphql-http decides the type of the content first.
      let tooLarge: BodyTooLargeError | undefined;
      const [body, init] = await handle({
        url: request.url ?? '/graphql',
        method: request.method ?? 'GET',
        headers: { ...request.headers, 'content-type': unquoted(request.headers['content-type']) },
        body: () =>
          readBody(request, options.bodyLimitBytes).catch((error: unknown) => {
            if (error instanceof BodyTooLargeError) tooLarge = error;
            throw error;
          }),
        raw: request,
        context,
      });
      if (tooLarge) {
        response.setHeader('connection', 'close');
        refuse(response, { code: 'LIMIT_EXCEEDED', message: tooLarge.message });
        return;
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
      response.writeHead(init.status, init.statusText, init.headers).end(body);
    } catch (error) {
      const told = toPublicError(error, {
        role: 'anon',
        requestId: request.requestId,
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
}

const MAX_ERRORS = 20;

/** A rule that has made up its mind. */
function reporting(error: GraphQLError): ValidationRule {
  return (context) => {
    context.reportError(error);
    return {};
  };
}

/** Node keeps the first of several Authorization headers, a proxy before us may go by the last. */
function authorizationOf(request: IncomingMessage): string | undefined {
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

/** Answers with an error outside of any operation. */
export function refuse(response: ServerResponse, told: PublicError, status = STATUS[told.code] ?? 400): void {
  const body = JSON.stringify({ errors: [{ message: told.message, extensions: extensionsOf(told) }] });
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}

/** Gives the errors that arise before execution their code. */
function coded(error: Readonly<GraphQLError | Error>): GraphQLError {
  if (isTooLarge(error)) {
    return new GraphQLError(TOO_COMPLEX.message, null, null, null, null, null, extensionsOf(TOO_COMPLEX));
  }
  if (!(error instanceof GraphQLError)) {
    return new GraphQLError(error.message, null, null, null, null, null, { code: 'BAD_REQUEST' });
  }
  if (error.extensions?.code) return error;
  const code = error.message.startsWith('Syntax Error')
    ? 'GRAPHQL_PARSE_FAILED'
    : 'GRAPHQL_VALIDATION_FAILED';
  return new GraphQLError(error.message, error.nodes, error.source, error.positions, error.path, null, {
    code,
  });
}
