import { Client } from 'pg';
import type { TestDatabase } from '../helpers/database';

/** Connections of their own, as the owner of the database: each is a session with a transaction to be held open. */
export function sessionsOf(database: TestDatabase) {
  const clients: Client[] = [];
  return {
    open: async (): Promise<Client> => {
      const client = new Client({ connectionString: database.ownerUrl });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    close: () => Promise.all(clients.map((client) => client.end())),
  };
}
