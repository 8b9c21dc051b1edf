import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError, type execute as graphqlExecute, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http';
import { claimsOf } from '../auth/bearer';
import type { VerifyToken } from '../auth/token';
import type { PublicError } from '../errors';
import type { Logger } from '../log';
import type { ConstraintWords } from './databaseErrors';
import type { createExecutor, RequestContext } from './execute';
import { extensionsOf, toPublicError } from './mask';
import { pageSizeRule } from './pageSizeRule';
import { BodyTooLargeError, readBody } from './readBody';

export interface GraphQLHttpOptions {
  schema: () => GraphQLSchema;
  constraints: () => ConstraintWords;
  execute: ReturnType<typeof createExecutor>;
  verifyToken: VerifyToken;
  bodyLimitBytes: number;
  maxPageSize: number;
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
    validationRules: (_request, args, rules) => [
      ...rules,
      pageSizeRule(options.maxPageSize, args.variableValues),
    ],
    formatError: (error) => coded(error),
  });

  return async (request: IdentifiedRequest, response: ServerResponse): Promise<void> => {
    try {
      const claims = await claimsOf(request.headers.authorization, options.verifyToken);
      const context: RequestContext = { claims, requestId: request.requestId, log: request.log };
      // Read only where a body counts: graphql-http decides the type of the content first.
      let tooLarge: BodyTooLargeError | undefined;
      const [body, init] = await handle({
        url: request.url ?? '/graphql',
        method: request.method ?? 'GET',
        headers: request.headers,
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
          `Bearer error="invalid_token", error_description="${told.message}"`,
        );
      }
      refuse(response, told);
    }
  };
}

/** Answers with an error outside of any operation. */
export function refuse(response: ServerResponse, told: PublicError, status = STATUS[told.code] ?? 400): void {
  const body = JSON.stringify({ errors: [{ message: told.message, extensions: extensionsOf(told) }] });
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}

/** Gives the errors that arise before execution their code. */
function coded(error: Readonly<GraphQLError | Error>): GraphQLError {
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
