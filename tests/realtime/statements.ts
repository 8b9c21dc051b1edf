import { Client } from 'pg';

type Call = [string | { text: string; name?: string }, ...unknown[]];

/**
 * The statements that the gateway sent for subscribers while `act` was at work: begin and commit too. Not those of
 * the test itself, nor the reading of the log, which goes on anyway.
 */
export async function statementsDuring(act: () => Promise<unknown>): Promise<string[]> {
  const sent = jest.spyOn(Client.prototype, 'query');
  try {
    await act();
    const scopes = new Map<unknown, string>();
    return sent.mock.calls.flatMap((call, index) => {
      const [statement] = call as unknown as Call;
      const text = typeof statement === 'string' ? statement : statement.text;
      const client: unknown = sent.mock.contexts[index];
      const [, requestId] = /^begin.*set_config\('request\.id', '([^']*)'/s.exec(text) ?? [];
      if (requestId !== undefined) scopes.set(client, requestId);
      const scope = scopes.get(client);
      return scope === undefined || ['test', 'realtime'].includes(scope) ? [] : [text];
    });
  } finally {
    sent.mockRestore();
  }
}
