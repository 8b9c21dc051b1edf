import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { getOperationAST, type GraphQLError } from 'graphql';
import { makeServer, type ConnectionInitMessage, type Message } from 'graphql-ws';
import type { Claims } from '../../auth/claims';
import type { VerifyToken } from '../../auth/token';
import type { Logger } from '../../log';
import type { Metrics } from '../../ops/metrics/metrics';
import type { ConstraintWords } from '../databaseErrors';
import type { createExecutor, RequestContext } from '../execute';
import { noteErrors, type OperationFacts } from '../facts';
import type { Gate } from '../gate';
import type { Limits } from '../limits/limits';
import { asGraphQLError, toPublicError } from '../mask';
import { prepareOperation } from '../operations';
import type { Caller } from './caller';
import type { Operation } from './operations';
import type { Followed } from './view';
import { ToldResults, type Result, type Results } from './stream';

export interface ProtocolOptions {
  schema: () => GraphQLSchema;
  constraints: () => ConstraintWords;
  execute: ReturnType<typeof createExecutor>;
  /**
   * Begins a subscription. What its results say of errors is for the caller to read; what it throws is masked here.
   * One result that is given to many is turned into text once, so it should be the same object. The source is told
   * by `return()` and by the context's `abandoned` when nobody listens any more.
   */
  subscribe: (args: ExecutionArgs) => Promise<Results | ExecutionResult>;
  verifyToken: VerifyToken;
  limits: Limits;
  gate: Gate;
  initTimeoutMs: number;
  metrics?: Metrics;
}

/** What the protocol needs of the socket it is spoken on. */
export interface Peer {
  log: Logger;
  /** @returns false when it was closed instead */
  admit(params: Record<string, unknown> | undefined): Promise<boolean>;
  caller(): Caller;
  /** Gives the client a result of a subscription. Resolves when there is room for another. */
  tell(operation: Operation, results: Results, result: Result): Promise<void>;
  /** Counts an operation that begins. @throws RequestError */
  count(): Promise<void>;
  find(key: string): Operation | undefined;
}

/**
 * graphql-transport-ws, by graphql-ws, over what executes operations here.
 *
 * It hands its transport texts only. `written()` gives the message that the last text was made of: the transport
 * composes its own text, of a result that many are given once, and not before there is room for it.
 */
export function createProtocol(options: ProtocolOptions) {
  const { gate } = options;
  const contextOf = (peer: Peer, operation: Operation) =>
    new SocketContext(peer, operation, options.constraints);
  let last: Message | undefined;
  const noted = <T extends readonly GraphQLError[]>(errors: T, facts: RequestContext['facts']): T => {
    noteErrors(errors, facts, options.metrics?.operations);
    return errors;
  };
  const server = makeServer<ConnectionInitMessage['payload'], Peer>({
    connectionInitWaitTimeout: options.initTimeoutMs,
    jsonMessageReplacer: (_key, value: Message) => {
      last = value;
      return undefined; // instead of a text
    },
    onConnect: (context) => {
      const { connectionParams } = context;
      // Kept, each token would be in memory for as long as its socket is.
      Object.assign(context, { connectionParams: undefined });
      return context.extra.admit(connectionParams ?? undefined);
    },
    onSubscribe: async (context, key, payload) => {
      const operation = context.extra.find(key);
      if (!operation) throw new Error('graphql-ws knows an operation that the socket does not');
      if (operation.refusal) {
        const { code, message } = operation.refusal;
        return noted([asGraphQLError({ code, message })], operation.facts);
      }
      try {
        await context.extra.count();
      } catch (error) {
        return noted([contextOf(context.extra, operation).explain(error)], operation.facts);
      }
      const { role } = context.extra.caller().claims;
      const prepared = prepareOperation(payload, options.schema(), options.limits, gate, role);
      if (Array.isArray(prepared)) return gate.errors(noted(prepared, operation.facts));
      operation.facts.kind = getOperationAST(prepared.document, prepared.operationName)?.operation;
      return { ...prepared, contextValue: contextOf(context.extra, operation) };
    },
    execute: async (args) => {
      try {
        return gate.result(await options.execute(args));
      } catch (error) {
        const context = args.contextValue as SocketContext;
        return { errors: noted([context.explain(error)], context.facts) };
      }
    },
    subscribe: async (args) => {
      const context = args.contextValue as SocketContext;
      try {
        const results = await options.subscribe(args);
        if (Symbol.asyncIterator in results) return new ToldResults(results, context);
        noted(results.errors ?? [], context.facts);
        return gate.result(results);
      } catch (error) {
        return { errors: noted([context.explain(error)], context.facts) };
      }
    },
    // The result itself, not the copy that graphql-ws would make: what is shared stays shared.
    onNext: (_context, _key, _payload, _args, result) => result,
  });
  return {
    opened: server.opened,
    written: () => {
      if (!last) throw new Error('graphql-ws wrote a text without its message');
      return last;
    },
  };
}

export type Protocol = ReturnType<typeof createProtocol>;

/**
 * What is known of who asks, and where his answers go. A class: an object with getters of its own costs as much as
 * ten without.
 */
class SocketContext implements RequestContext {
  [name: PropertyKey]: unknown;
  readonly claims: Claims;
  readonly caller: string;
  readonly clientId: string | undefined;
  readonly requestId: string;
  readonly facts: OperationFacts;

  constructor(
    private readonly peer: Peer,
    private readonly operation: Operation,
    private readonly constraints: () => ConstraintWords,
  ) {
    const { claims, clientId, name } = peer.caller();
    this.claims = claims;
    this.caller = name;
    this.clientId = clientId;
    this.requestId = operation.requestId;
    this.facts = Object.assign(operation.facts, { role: claims.role, clientId });
  }

  get abandoned(): AbortSignal {
    return this.operation.abandoned;
  }

  /** Made when something is said: a subscription keeps what it was given, and says nothing for hours. */
  get log(): Logger {
    return this.peer.log.child({ requestId: this.requestId });
  }

  follows(followed: Followed): void {
    this.operation.following = followed;
  }

  tell(results: Results, result: Result): Promise<void> {
    return this.peer.tell(this.operation, results, result);
  }

  explain(error: unknown): GraphQLError {
    const { claims, log, constraints } = this;
    return asGraphQLError(toPublicError(error, { role: claims.role, log, constraints: constraints() }));
  }
}
