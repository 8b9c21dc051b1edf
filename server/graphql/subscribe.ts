import { createHash } from 'node:crypto';
import {
  execute,
  Kind,
  print,
  visit,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import { createSourceEventStream } from 'graphql/subscription';
import type { Pool, PoolClient } from 'pg';
import type { Claims, Role } from '../auth/claims';
import { withScope, type Scope } from '../auth/scope';
import type { Item } from '../realtime/delivery';
import type { Feed } from '../realtime/feed';
import type { Realtime } from '../realtime/realtime';
import type { Metrics } from '../ops/metrics/metrics';
import type { Budget } from './budget';
import type { ConstraintWords } from './databaseErrors';
import { explainAll, type RequestContext } from './execute';
import { noteErrors } from './facts';
import { resultWriterOf } from './changeText';
import { ItemResults } from './itemResults';
import { repetitionOf } from './limits/repetition';
import type { RealtimeContext } from './plugins/realtimeRows';
import { AbandonedError, serialClient, type SerialClient } from './serialClient';
import { rootFieldsOf } from './subscriptionRoot';

export interface SubscribeOptions {
  realtime: () => Realtime;
  pool: () => Pool;
  statementTimeouts: Record<Role, number>;
  resultLimitBytes: number;
  constraints: () => ConstraintWords;
  metrics?: Metrics;
}

/** Makes the function that answers subscriptions. */
export function createSubscriber(options: SubscribeOptions) {
  const answers = new WeakMap<Item, Map<string, Promise<ExecutionResult>>>();

  /** Answers an item once for all who ask the same of it with the same rights, whatever their number. */
  const executor = (args: ExecutionArgs) => {
    let audience: string | undefined;
    return (item: Item): Promise<ExecutionResult> => {
      audience ??= audienceOf((args.contextValue as RequestContext).claims, args);
      let known = answers.get(item);
      if (!known) answers.set(item, (known = new Map<string, Promise<ExecutionResult>>()));
      let result = known.get(audience);
      if (!result) known.set(audience, (result = executeItem(options, args, item)));
      return result;
    };
  };

  return async (args: ExecutionArgs): Promise<ItemResults | ExecutionResult> => {
    const request = args.contextValue as RequestContext;
    const field = rootFieldsOf(args.document, args.operationName)?.[0]?.node.name.value ?? 'none';
    const follow: RealtimeContext['follow'] = async (following) => {
      const feed = await options.realtime().follow({ ...following, claims: request.claims });
      const { projectId, tables } = following;
      request.follows?.({ field, projectId: projectId.toLowerCase(), tables, view: () => feed.view() });
      return feed;
    };
    const source = await createSourceEventStream(
      args.schema,
      args.document,
      undefined,
      Object.assign(Object.create(request) as RequestContext, { follow }),
      args.variableValues ?? undefined,
      args.operationName,
    );
    if (!(Symbol.asyncIterator in source)) return { errors: explain(options, request, source.errors ?? []) };
    return new ItemResults({
      feed: source as Feed,
      write: resultWriterOf(args),
      execute: executor(args),
      wrote: (item, isLive) => options.metrics?.stream.wrote(field, item, isLive),
    });
  };
}

/**
 * Who get the same answer: the same rights, the same document, the same variables but for where they began. Short,
 * because one is kept for each subscriber and item.
 */
function audienceOf({ exp: _exp, iat: _iat, ...rights }: Claims, args: ExecutionArgs): string {
  const text = args.document.loc?.source.body ?? print(args.document);
  const variables = { ...args.variableValues };
  const begun = beginning(args);
  if (begun !== undefined) delete variables[begun];
  const whole = JSON.stringify([rights, text, args.operationName, variables]);
  return createHash('sha256').update(whole).digest('base64');
}

/** The variable that says where a client begins, when that is all it says. */
function beginning({ document, operationName }: ExecutionArgs): string | undefined {
  const [field] = rootFieldsOf(document, operationName) ?? [];
  const value = field?.node.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  let places = 0;
  visit(document, {
    Variable: ({ name }) => {
      if (name.value === value.name.value) places++;
    },
  });
  // Where it is declared, and where it is given.
  return places === 2 ? value.name.value : undefined;
}

async function executeItem(
  options: SubscribeOptions,
  args: ExecutionArgs,
  item: Item,
): Promise<ExecutionResult> {
  const request = args.contextValue as RequestContext;
  const { claims, requestId } = request;
  const statementTimeoutMs = options.statementTimeouts[claims.role];
  const scope = { claims, requestId, readOnly: true, statementTimeoutMs };
  const lazy = openWhenAsked(options.pool(), scope, {
    resultLimitBytes: options.resultLimitBytes,
    repetition: repetitionOf(args.document),
  });
  try {
    const result = await execute({
      ...args,
      rootValue: item,
      contextValue: Object.assign(Object.create(request) as object, {
        ...{ pgClient: lazy.client, rows: new Map() },
      }),
    });
    if (!result.errors) return result;
    const errors = explain(options, request, result.errors, lazy.failure());
    noteErrors(errors, request.facts, options.metrics?.operations);
    return { ...result, errors };
  } finally {
    await lazy.close();
  }
}

function explain(
  options: SubscribeOptions,
  request: RequestContext,
  errors: readonly GraphQLError[],
  failure?: unknown,
): GraphQLError[] {
  return explainAll(errors, failure, {
    role: request.claims.role,
    log: request.log,
    constraints: options.constraints(),
  });
}

/** A client whose transaction begins with its first statement: most items are answered without one. */
function openWhenAsked(pool: Pool, scope: Scope, limits: Pick<Budget, 'resultLimitBytes' | 'repetition'>) {
  let finish = (): void => undefined;
  const over = new Promise<void>((resolve) => (finish = resolve));
  let isOver = false;
  let scoped: Promise<void> | undefined;
  let opened: Promise<SerialClient> | undefined;
  let failure = (): unknown => undefined;

  const open = () =>
    new Promise<SerialClient>((resolve, reject) => {
      scoped = withScope(pool, scope, async (client: PoolClient) => {
        const serial = serialClient(client, { ...scope, ...limits });
        failure = serial.failure;
        resolve(serial);
        await over;
        await serial.end();
      }).catch(reject);
    });
  return {
    client: {
      query: async (...given: Parameters<SerialClient['query']>) => {
        if (isOver) throw new AbandonedError();
        return (await (opened ??= open())).query(...given);
      },
    },
    failure: () => failure(),
    close: async () => {
      isOver = true;
      finish();
      await scoped;
    },
  };
}
