import { createClient, type Client } from 'graphql-ws';
import { getOperationAST, parse } from 'graphql';
import { WebSocket } from 'ws';
import * as documents from '../../web/src/graphql/generated';
import { alice, anonymous, authorizationOf, bob, gpu1, type Actor } from '../helpers/actors';
import { hasTold, isReady, type Item } from '../realtime/follower';
import { openScene, type Scene } from '../realtime/scene';
import { statementsDuring } from '../realtime/statements';

let scene: Scene;
let project = '';
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  project = await scene.make.project(alice);
});
afterEach(() => scene.disconnect());
afterAll(() => scene?.close());

/** The studio's subscriptions: whatever is added to them is held to the same. */
const SUBSCRIPTIONS = Object.entries(documents)
  .filter(([name]) => name.endsWith('Document'))
  .map(([name, document]) => [name.replace(/Document$/, ''), String(document)] as const)
  .filter(([, text]) => getOperationAST(parse(text), null)?.operation === 'subscription');

test('the studio follows projects', () => {
  expect(SUBSCRIPTIONS.map(([name]) => name)).toEqual(['ProjectChanges', 'ProjectNews']);
});

/** Rows of all four tables in one transaction; the last one's id. */
const change = async (count: number): Promise<string> => {
  const shot = await scene.make.shot(alice, project);
  const rows = await scene.database.query<{ id: string }>(
    alice,
    `with made as (insert into generations (project_id, location) select $1, 'a.png' from generate_series(1, $2) returning id),
       ordered as (select enqueue_tasks($1, array[row(null, 'image_generation', '{}', null, null, null)::task_request]))
     select m.id from made m, ordered`,
    [project, count],
  );
  await scene.database.as(alice, async (client) => {
    for (const { id } of rows) {
      await client.query('insert into shot_generations (shot_id, generation_id) values ($1, $2)', [shot, id]);
    }
  });
  return rows.at(-1)!.id;
};

describe.each(SUBSCRIPTIONS)('%s', (_name, query) => {
  const variables = () => ({ projectId: project });

  test('tells its owner, by as few statements for many rows as for one', async () => {
    const stream = await scene.watch(alice, query, variables());
    const told = async (count: number) => {
      const statements = await statementsDuring(async () => {
        const id = await change(count);
        const isLinked = ({ items }: { items: Item[] }) =>
          items.some(({ changes }) =>
            changes!.some(({ table, generationId }) => table === 'SHOT_GENERATIONS' && generationId === id),
          );
        await stream.until(isLinked);
      });
      // Of two transactions; each begins, reads each of the four tables once at most, and commits.
      expect(statements.length).toBeLessThanOrEqual(2 * 6);
      return statements.length;
    };
    const one = await told(1);
    expect(await told(12)).toBe(one);
    expect(stream.errors).toEqual([]);
    const tables = new Set(stream.items.flatMap(({ changes }) => changes!.map(({ table }) => table)));
    expect([...tables].sort()).toEqual(['GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS', 'TASKS']);
    expect(JSON.stringify(stream.items)).not.toContain('"params"');
  });

  const refused: [Actor, string][] = [
    [bob, 'NOT_FOUND'],
    [anonymous, 'UNAUTHENTICATED'],
    [gpu1, 'FORBIDDEN'],
  ];
  test.each(refused)('is not for another: %j', async (actor, code) => {
    const stream = await scene.watch(alice, query, variables());
    const socket = await scene.connect(actor);
    const other = await socket.begin(query, variables()).until(({ isOver }) => isOver);
    await stream.until(hasTold(await change(1)));
    await socket.settle();
    expect(other.errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
    expect(other.items).toEqual([]);
    expect(isReady(stream)).toBe(true);
    expect(socket.frames.join()).not.toContain(project);
  });
});

describe('ProjectChanges, by the client a studio uses', () => {
  const open = async (): Promise<Client> => {
    const authorization = await authorizationOf(alice);
    return createClient({
      url: `${scene.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
  };
  const items = (client: Client, after?: string) =>
    client.iterate<documents.ProjectChangesSubscription>({
      query: String(documents.ProjectChangesDocument),
      variables: { projectId: project, after },
    });
  type Told = NonNullable<documents.ProjectChangesSubscription['projectChanges']>;

  test('goes on where it was after a cut, with nothing missing and nothing twice', async () => {
    const client = await open();
    const told: Told[] = [];
    const written: string[] = [];
    const write = async (name: string) => {
      const rows = await scene.database.query<{ id: string }>(
        alice,
        'insert into generations (project_id, name) select $1, $2 from generate_series(1, 5) returning id',
        [project, name],
      );
      written.push(...rows.map(({ id }) => id));
    };
    const idsTold = () => told.flatMap(({ changes }) => changes.map(({ id }) => id));
    for await (const { data } of items(client)) {
      told.push(data!.projectChanges!);
      if (told.at(-1)!.kind === 'READY') await write('before');
      if (idsTold().length >= 5) break;
    }
    client.terminate();
    await client.dispose();
    for (let n = 0; n < 100; n++) await write('while it was cut');
    const second = await open();
    let isLive = false;
    for await (const { data } of items(second, told.at(-1)!.cursor)) {
      told.push(data!.projectChanges!);
      if (told.at(-1)!.kind === 'READY') {
        isLive = true;
        await write('after');
      }
      if (isLive && idsTold().includes(written.at(-1)!)) break;
    }
    await second.dispose();
    expect(written).toHaveLength(510);
    expect(idsTold()).toEqual(written);
    expect(told.map(({ kind }) => kind)).not.toContain('RESYNC');
    expect(
      new Set(told.flatMap(({ changes }) => changes.map(({ generation }) => generation?.projectId))),
    ).toEqual(new Set([project]));
  });
});
