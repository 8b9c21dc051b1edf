import { Client } from 'pg';
import type { Actor } from '../helpers/actors';
import type { GraphQLAnswer, TestGateway } from '../helpers/gateway';

export interface CountedAnswer<T> extends GraphQLAnswer<T> {
  /** What the gateway sent to the database for it: begin and commit too. */
  statements: number;
}

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
    return { ...answer, statements: sent.mock.calls.length };
  } finally {
    sent.mockRestore();
  }
}
