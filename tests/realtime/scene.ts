import { alice, bob, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { follow, isReady, type Follower, type Stream } from './follower';

/** A gateway over a database with two users, and the sockets that a test opens. */
export interface Scene {
  database: TestDatabase;
  gateway: TestGateway;
  make: ReturnType<typeof builders>;
  connect(actor: Actor | { authorization: string }, params?: Record<string, unknown>): Promise<Follower>;
  /** A socket of its own that follows a project, live. */
  watch(actor: Actor, query: string, variables: Record<string, unknown>): Promise<Stream>;
  disconnect(): Promise<void>;
  close(): Promise<void>;
}

export async function openScene(variables: Record<string, string> = {}): Promise<Scene> {
  const database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.taskType('image_generation');
  const gateway = await startTestGateway(database, variables);
  const sockets: Follower[] = [];
  const connect: Scene['connect'] = async (actor, params) => {
    const follower = await follow(gateway, actor, params);
    sockets.push(follower);
    return follower;
  };
  const disconnect = async () => {
    await Promise.all(sockets.splice(0).map((follower) => follower.end()));
  };
  return {
    ...{ database, gateway, make, connect, disconnect },
    watch: async (actor, query, given) => (await connect(actor)).begin(query, given).until(isReady),
    close: async () => {
      await disconnect();
      await gateway.stop();
      await database.drop();
    },
  };
}
