import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { SocketView } from '../../server/graphql/sockets/view';
import { showSubscriptions } from '../../server/ops/subscriptions';
import { alice, anonymous, bob } from '../helpers/actors';
import { eventually } from '../helpers/process';
import { FACTS, FIELDS, hasTold, isReady } from '../realtime/follower';
import { openScene, type Scene } from '../realtime/scene';

interface Operation {
  requestId: string;
  kind: string | null;
  since: string;
  delivered: number;
  field?: string;
  projectId?: string;
  tables?: string[];
  state?: string;
  queuedRows?: number;
  waitingMs?: number;
  lastLagMs?: number | null;
}
interface Page {
  total: number;
  next: number | null;
  sockets: {
    id: number;
    caller: string | null;
    role: string | null;
    since: string;
    bufferBytes: number;
    operations: Operation[];
  }[];
}

async function look(url: string, query = ''): Promise<Page> {
  const response = await fetch(`${url}/ops/subscriptions${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Page;
}

describe('open sockets', () => {
  let scene: Scene;
  beforeAll(async () => {
    // So that one who does not read is seen soon, and not cut off for it.
    scene = await openScene({ SOCKET_BUFFER_LIMIT_BYTES: '1000', SOCKET_PING_INTERVAL_MS: '600000' });
  });
  afterEach(() => scene.disconnect());
  afterAll(() => scene?.close());
  const page = (query?: string) => look(scene.gateway.url, query);
  const none = () => eventually(async () => expect((await page()).total).toBe(0));

  test('are shown with what they follow, how far they are, and nobody’s id', async () => {
    const project = await scene.make.project(alice);
    const socket = await scene.connect(alice);
    const all = await socket.begin(FACTS, { p: project }).until(isReady);
    const one = await socket.begin(FIELDS.generationChanges!, { p: project.toUpperCase() }).until(isReady);
    const [id] = [await scene.make.generation(alice, project)];
    await Promise.all([all.until(hasTold(id)), one.until(hasTold(id))]);
    const told = await page();
    expect(told).toMatchObject({ total: 1, next: null });
    const [shown] = told.sockets;
    expect(shown).toMatchObject({
      role: 'authenticated',
      caller: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
    expect(Math.abs(Date.now() - Date.parse(shown!.since))).toBeLessThan(600_000);
    expect(shown!.bufferBytes).toBeGreaterThanOrEqual(0);
    expect(shown!.operations).toMatchObject([
      {
        ...{
          kind: 'subscription',
          field: 'projectChanges',
          projectId: project,
          state: 'live',
          queuedRows: 0,
        },
        tables: ['GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS', 'TASKS'],
      },
      { field: 'generationChanges', projectId: project, tables: ['GENERATIONS'], state: 'live' },
    ]);
    for (const { delivered, lastLagMs, waitingMs } of shown!.operations) {
      // READY, and the change.
      expect(delivered).toBeGreaterThanOrEqual(2);
      expect(lastLagMs).toBeGreaterThanOrEqual(0);
      expect(waitingMs).toBe(0);
    }
    expect(JSON.stringify(told)).not.toContain(alice.id);
    expect(JSON.stringify(told)).not.toContain(alice.email);
  });

  test('of one caller have one name, others another, and another process gives others', async () => {
    await none();
    const others = await openScene();
    try {
      await scene.connect(alice);
      await scene.connect(bob);
      await scene.connect(alice);
      await others.connect(alice);
      const [first, second, third] = (await page()).sockets.map(({ caller }) => caller);
      expect(first).toBe(third);
      expect(first).not.toBe(second);
      expect((await page()).sockets[0]?.caller).toBe(first);
      expect((await look(others.gateway.url)).sockets[0]?.caller).not.toBe(first);
    } finally {
      await others.close();
    }
  });

  test('are shown before they said who they are, and with queries too', async () => {
    await none();
    await scene.connect(anonymous);
    const { sockets } = await page();
    expect(sockets).toMatchObject([{ role: 'anon', operations: [] }]);
  });

  test('that are not read show what waits, and since when', async () => {
    await none();
    const project = await scene.make.project(alice);
    const socket = await scene.connect(alice);
    const text = `subscription ($p: UUID!) { projectChanges(projectId: $p) { kind cursor changes { after { location } } } }`;
    await socket.begin(text, { p: project }).until(isReady);
    socket.socket.pause();
    // More than the system's buffers and the gateway's limit take, a page at a time.
    await eventually(async () => {
      await scene.database.asOwner(
        `insert into generations (project_id, type, location)
         select $1, 'image', repeat('x', 1900) || n from generate_series(1, 300) n`,
        [project],
      );
      const [operation] = (await page()).sockets[0]!.operations;
      expect(operation!.queuedRows).toBeGreaterThan(0);
      expect(operation!.waitingMs).toBeGreaterThan(0);
      expect((await page()).sockets[0]!.bufferBytes).toBeGreaterThan(0);
    }, 40_000);
    socket.socket.resume();
    await eventually(async () => {
      const [operation] = (await page()).sockets[0]!.operations;
      expect(operation).toMatchObject({ state: 'live', queuedRows: 0, waitingMs: 0 });
    });
  });

  test('come in pages', async () => {
    await none();
    for (let count = 0; count < 5; count++) await scene.connect(alice);
    const first = await page('?limit=2');
    const second = await page(`?limit=2&after=${first.next}`);
    const third = await page(`?limit=2&after=${second.next}`);
    const ids = [first, second, third].flatMap(({ sockets }) => sockets.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect([ids.length, third.next, third.total]).toEqual([5, null, 5]);
    for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?after=-1', '?after=1&after=2']) {
      const response = await fetch(`${scene.gateway.url}/ops/subscriptions${query}`);
      expect([query, response.status]).toEqual([query, 400]);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    }
  });
});

test('however much is open, a page is bounded', async () => {
  let shown = 0;
  function* sockets(): Iterable<SocketView> {
    for (let id = 1; id <= 10_000; id++) {
      yield {
        ...{ id, caller: `authenticated ${id % 7}`, role: 'authenticated', since: 0, bufferBytes: 0 },
        *operations() {
          for (let count = 0; count < 100; count++) {
            shown++;
            yield {
              ...{ requestId: 'x', kind: 'query' as const, since: 0, delivered: 0 },
              ...{ lastLagMs: undefined, following: undefined },
            };
          }
        },
      };
    }
  }
  const app = express();
  app.get('/ops/subscriptions', showSubscriptions({ sockets, count: () => 10_000, age: () => 0 }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const {
      sockets: page,
      next,
      total,
    } = await look(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '?limit=1000&after=5000');
    expect([page[0]?.id, page.length, next, total]).toEqual([5_001, 20, 5_020, 10_000]);
    expect(shown).toBe(2_000);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
