import { Client } from 'pg';
import type { Actor } from '../helpers/actors';
import type { GraphQLAnswer, TestGateway } from '../helpers/gateway';

export interface CountedAnswer<T> extends GraphQLAnswer<T> {
  /** What the gateway sent to the database for it: begin and commit too. */
  statements: number;
}

/** Points are taken for many requests at once, over connections of their own: none of them sends this. */
const isCounting = (query: unknown) =>
  typeof query === 'object' && query !== null && /rate_limits/.test((query as { text?: string }).text ?? '');

/** Runs an operation of the studio through the gateway, as the actor, and counts the statements. */
export async function run<T>(
  gateway: TestGateway,
  actor: Actor,
  document: { toString(): string },
  variables: Record<string, unknown> = {},
): Promise<CountedAnswer<T>> {
  const sent = jest.spyOn(Client.prototype, 'query');
  try {
    const answer = await gateway.ask<T>(actor, String(document), variables);
    return { ...answer, statements: sent.mock.calls.filter((call) => !isCounting(call[0])).length };
  } finally {
    sent.mockRestore();
  }
}
