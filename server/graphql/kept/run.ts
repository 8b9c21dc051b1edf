import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SerialClient } from '../serialClient';
import type { Plan } from './keeper';
import { Statements } from './statements';

type Query = SerialClient['query'];

/** The context of a request, in which resolvers ask this client. */
export function asking(request: unknown, pgClient: Pick<SerialClient, 'query'>): object {
  // Not a copy: what is made when it is asked for would be made for each.
  return Object.assign(Object.create(request as object) as object, { pgClient });
}

/** Runs a query by its plan; where anything is out of the ordinary, graphql-js puts the answer together. */
export async function answerBy(
  plan: Plan,
  args: ExecutionArgs,
  pgClient: SerialClient,
): Promise<ExecutionResult> {
  const asked: { statement: Parameters<Query>[0]; answer: ReturnType<Query> }[] = [];
  let turn = 0;
  // The second time it is given the answers of the first.
  const query: Query = (statement, values) => {
    const one = (asked[turn++] ??= { statement, answer: pgClient.query(statement, values) });
    return one.statement === statement ? one.answer : Promise.reject(new Error('asked in another order'));
  };
  const contextValue = asking(args.contextValue, { query });
  const begin = (): ExecutionArgs => {
    turn = 0;
    return { ...args, contextValue, rootValue: new Statements(plan.statements) };
  };
  // Not even a turn is waited for before the statements are sent.
  const data = plan.answer && (await plan.answer(begin()));
  return data ? { data } : execute(begin());
}
