import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket from 'ws';
import { signToken } from '../../server/auth/token';
import { follow } from '../../web/src/client/follow';
import { GatewayError } from '../../web/src/client/errors';
import { request, type Connection } from '../../web/src/client/request';
import { createSocket, type SocketState } from '../../web/src/client/socket';
import {
  CreateGenerationDocument,
  EnsureUserDocument,
  ProjectNewsDocument,
  UpdateProjectDocument,
  type ProjectNewsSubscription,
} from '../../web/src/graphql/generated';
import { alice, bob, TEST_SECRET, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { eventually } from '../helpers/process';
import { Proxy } from '../helpers/proxy';

type News = NonNullable<ProjectNewsSubscription['projectChanges']>;

let database: TestDatabase;
let gateway: TestGateway;
let projectId: string;

beforeAll(async () => {
  // What a browser has, and Node 20 has not.
  Object.assign(globalThis, { WebSocket });
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).account(bob);
  projectId = await builders(database).project(alice);
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

function connectAs(user: User, more: Partial<Connection> & { expires?: number } = {}): Connection {
  const { expires = 600, ...rest } = more;
  return {
    url: gateway.url,
    clientId: 'window-1',
    getToken: () =>
      signToken(
        { role: 'authenticated', sub: user.id, email: user.email, expires },
        { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET },
      ),
    ...rest,
  };
}

describe('following a project', () => {
  let proxy: Proxy;
  let through: string;
  let generationId: string;

  beforeAll(async () => {
    proxy = new Proxy();
    proxy.target = Number(new URL(gateway.url).port);
    through = `http://127.0.0.1:${await proxy.listen()}`;
    const created = await request(connectAs(alice), CreateGenerationDocument, {
      input: { projectId, location: 'https://example.com/a.png', type: 'image' },
    });
    generationId = created.addGeneration!.generation!.id;
  });
  afterAll(() => proxy?.close());

  const rename = (name: string) =>
    database.query(alice, 'update generations set name = $2 where id = $1', [generationId, name]);

  /** Follows, and keeps what it is told. */
  function watch(connection: Connection, after?: string, pings?: Parameters<typeof createSocket>[1]) {
    const items: News[] = [];
    const states: SocketState[] = [];
    const ended: (GatewayError | undefined)[] = [];
    const socket = createSocket(connection, pings);
    socket.watch(() => states.push(socket.state()));
    const stop = follow(
      socket.client,
      ProjectNewsDocument,
      { projectId, tables: ['GENERATIONS'] },
      (data) => data.projectChanges,
      { after, onItem: (item) => items.push(item), onEnd: (reason) => ended.push(reason) },
    );
    const changes = () => items.filter(({ kind }) => kind === 'CHANGE');
    const isLive = () => eventually(() => expect(items.map(({ kind }) => kind)).toContain('READY'));
    return { items, states, ended, changes, isLive, stop };
  }

  test('across connections that are cut and a gateway that cannot be reached: every change, once, in order', async () => {
    // With a cursor from before, what a control tells at the end can be compared.
    const start = watch(connectAs(alice));
    await start.isLive();
    const after = start.items.at(-1)!.cursor;
    start.stop();

    const followed = watch(connectAs(alice, { url: through }), after);
    await followed.isLive();
    const total = 40;
    for (let n = 1; n <= total; n++) {
      if (n % 10 === 5) proxy.cut();
      if (n === 20) await proxy.close();
      await rename(`name ${n}`);
      if (n === 28) await proxy.listenAgain();
    }
    await eventually(() => expect(followed.changes()).toHaveLength(total));

    const control = watch(connectAs(alice), after);
    await eventually(() => expect(control.changes()).toHaveLength(total));
    expect(followed.changes().map(({ changes }) => changes)).toEqual(
      control.changes().map(({ changes }) => changes),
    );
    // One more for each: had anything been told twice, it would stand before this.
    await rename('the last');
    await eventually(() => expect(control.changes()).toHaveLength(total + 1));
    await eventually(() => expect(followed.changes().at(-1)).toEqual(control.changes().at(-1)));
    expect(followed.changes()).toHaveLength(total + 1);
    expect(followed.states).toContain('waiting');
    expect(followed.ended).toEqual([]);
    followed.stop();
    control.stop();
  });

  test('across the end of its token: it comes back with a new one, and is told what happened meanwhile', async () => {
    let given = 0;
    const refused: string[] = [];
    const short = connectAs(alice, { expires: 2, onRefused: (code) => refused.push(code) });
    const followed = watch({
      ...short,
      getToken: () => {
        given += 1;
        return short.getToken();
      },
    });
    await followed.isLive();
    await eventually(() => expect(given).toBeGreaterThan(1));
    await rename('while away or not');
    await eventually(() => expect(followed.changes()).toHaveLength(1));
    expect(refused[0]).toBe('TOKEN_EXPIRED');
    followed.stop();
  });

  test('over a connection that went dead without a word: it is missed, and another one made', async () => {
    const followed = watch(connectAs(alice, { url: through }), undefined, { everyMs: 100, patienceMs: 200 });
    await followed.isLive();
    // Open, and silent both ways.
    proxy.pass = () => {};
    proxy.take = () => {};
    await rename('while nobody heard');
    await eventually(() => expect(followed.states).toContain('waiting'));
    expect(followed.changes()).toEqual([]);
    proxy.pass = (packet, send) => send(packet);
    proxy.take = (packet, send) => send(packet);
    await eventually(() => expect(followed.changes()).toHaveLength(1));
    expect(followed.states.at(-1)).toBe('live');
    followed.stop();
  });

  test('of somebody else is refused, once and with the reason', async () => {
    const followed = watch(connectAs(bob));
    await eventually(() => expect(followed.ended).toHaveLength(1));
    expect(followed.ended[0]).toBeInstanceOf(GatewayError);
    expect(followed.ended[0]).toMatchObject({ code: 'NOT_FOUND', isRetryable: false });
    expect(followed.items).toEqual([]);
    followed.stop();
  });

  test('that was stopped is told nothing any more', async () => {
    const followed = watch(connectAs(alice));
    const control = watch(connectAs(alice));
    await Promise.all([followed.isLive(), control.isLive()]);
    followed.stop();
    const before = followed.items.length;
    await rename('after the stop');
    await eventually(() => expect(control.changes()).toHaveLength(1));
    expect(followed.items).toHaveLength(before);
    expect(followed.ended).toEqual([]);
    control.stop();
  });
});

describe('a request', () => {
  const failure = (connection: Connection) =>
    request(connection, UpdateProjectDocument, { id: projectId, patch: { name: 'x' } }).then(
      () => {
        throw new Error('it was answered');
      },
      (error: unknown) => error as GatewayError,
    );

  test('answers with what was asked for, in the types of the document', async () => {
    const { ensureUser } = await request(connectAs(alice), EnsureUserDocument, {});
    expect(ensureUser?.user?.email).toBe(alice.email);
  });

  test('of a row that is another’s fails with the code of the registry', async () => {
    expect(await failure(connectAs(bob))).toMatchObject({ code: 'NOT_FOUND', isRetryable: false });
  });

  test('with a token that is none is told to who holds the session', async () => {
    const refused: string[] = [];
    const connection = connectAs(alice, {
      getToken: async () => 'a.b.c',
      onRefused: (code) => refused.push(code),
    });
    expect(await failure(connection)).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(refused).toEqual(['UNAUTHENTICATED']);
  });

  test('with a token that is accepted no more is asked again with the next one, once', async () => {
    const good = connectAs(alice);
    let given = 0;
    const connection = { ...good, getToken: async () => (given++ === 0 ? 'a.b.c' : good.getToken()) };
    const { ensureUser } = await request(connection, EnsureUserDocument, {});
    expect(ensureUser?.user?.email).toBe(alice.email);
    expect(given).toBe(2);
  });

  test('that nobody answers, or something else does, may be tried again', async () => {
    const nobody = connectAs(alice, { url: 'http://127.0.0.1:9' });
    expect(await failure(nobody)).toMatchObject({ code: 'UNREACHABLE', isRetryable: true });
    const balancer = createServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    });
    await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
    const { port } = balancer.address() as AddressInfo;
    const behind = connectAs(alice, { url: `http://127.0.0.1:${port}` });
    expect(await failure(behind)).toMatchObject({ code: 'UNREACHABLE', isRetryable: true, status: 502 });
    await new Promise((resolve) => balancer.close(resolve));
  });
});
