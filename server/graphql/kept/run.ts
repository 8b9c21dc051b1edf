import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SerialClient } from '../serialClient';
import type { Plan } from './keeper';
import { Statements } from './statements';

type Query = SerialClient['query'];

/** Runs a query by its plan; where anything is out of the ordinary, graphql-js puts the answer together. */
export async function answerBy(
  plan: Plan,
  args: ExecutionArgs,
  context: Record<PropertyKey, unknown> & { pgClient: SerialClient },
): Promise<ExecutionResult> {
  const asked: ReturnType<Query>[] = [];
  let turn = 0;
  // The second time it is given the answers of the first.
  const query: Query = (statement, values) => (asked[turn++] ??= context.pgClient.query(statement, values));
  const begin = (): ExecutionArgs => {
    turn = 0;
    return {
      ...args,
      rootValue: new Statements(plan.statements),
      contextValue: { ...context, pgClient: { ...context.pgClient, query } },
    };
  };
  const data = plan.answer && (await plan.answer(begin()));
  return data ? { data } : execute(begin());
}
