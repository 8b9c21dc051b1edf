import { alice, bob, service, type User } from '../helpers/actors';
import { codesOf, EVERYTHING, FACTS, FIELDS, hasTold, idsOf, isReady, type Follower } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
const over = ({ isOver }: { isOver: boolean }) => isOver;
const kinds = ({ items }: { items: { kind: string }[] }) => items.map(({ kind }) => kind);

const handOver = (id: string, to: User) =>
  scene.database.query(service, 'update projects set user_id = $2 where id = $1', [id, to.id]);
/** Something of Alice's that comes after all that is under way: her socket has told all before. */
const fence = async (socket: Follower) => {
  const own = await scene.make.project(alice);
  const stream = await socket.begin(EVERYTHING, { p: own }).until(isReady);
  await stream.until(hasTold(await scene.make.generation(alice, own)));
  await socket.settle();
};

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene?.close());

describe('a project that is handed over', () => {
  test.each(Object.entries(FIELDS))(
    'completes %s of its old owner, who learns nothing more',
    async (_name, query) => {
      const project = await scene.make.project(alice);
      const socket = await scene.connect(alice);
      const stream = await socket.begin(query, { p: project }).until(isReady);
      const watcher = await (await scene.connect(service)).begin(FACTS, { p: project }).until(isReady);
      await handOver(project, bob);
      await stream.until(over);
      const his = await scene.make.generation(bob, project);
      await watcher.until(hasTold(his));
      await fence(socket);
      expect([stream.errors, kinds(stream)]).toEqual([[], ['READY']]);
      expect(socket.frames.join()).not.toContain(his);
      expect(codesOf(await socket.begin(query, { p: project }).until(over))).toEqual(['NOT_FOUND']);
    },
  );

  test('is its new owner’s to follow from then on, and from no cursor of before', async () => {
    const [project, own] = [await scene.make.project(alice), await scene.make.project(bob)];
    const socket = await scene.connect(bob);
    const before = (await socket.begin(FACTS, { p: own }).until(isReady)).items[0]!.cursor;
    const hers = await scene.make.generation(alice, project);
    expect(codesOf(await socket.begin(FACTS, { p: project }).until(over))).toEqual(['NOT_FOUND']);
    await handOver(project, bob);
    const stream = await socket.begin(FACTS, { p: project, after: before }).until(isReady);
    const since = stream.items.at(-1)!.cursor;
    const his = await scene.make.generation(bob, project);
    await stream.until(hasTold(his));
    expect(kinds(stream).slice(0, 2)).toEqual(['RESYNC', 'READY']);
    expect(socket.frames.join()).not.toContain(hers);
    const resumed = await socket.begin(FACTS, { p: project, after: since }).until(isReady);
    expect([kinds(resumed)[0], idsOf(resumed)]).toEqual(['CHANGE', idsOf(stream)]);
  });

  test('and back is her own again, but for what was in between', async () => {
    const project = await scene.make.project(alice);
    const socket = await scene.connect(alice);
    const stream = await socket.begin(FACTS, { p: project }).until(isReady);
    await handOver(project, bob);
    const his = await scene.make.generation(bob, project);
    await handOver(project, alice);
    await stream.until(over);
    const again = await socket
      .begin(FACTS, { p: project, after: stream.items.at(-1)!.cursor })
      .until(isReady);
    const hers = await scene.make.generation(alice, project);
    await again.until(hasTold(hers));
    expect(kinds(again).slice(0, 2)).toEqual(['RESYNC', 'READY']);
    expect(socket.frames.join()).not.toContain(his);
  });

  test('and back in one transaction stays hers', async () => {
    const project = await scene.make.project(alice);
    const stream = await (await scene.connect(alice)).begin(FACTS, { p: project }).until(isReady);
    await scene.database.as(service, async (client) => {
      for (const { id } of [bob, alice])
        await client.query('update projects set user_id = $2 where id = $1', [project, id]);
    });
    await stream.until(hasTold(await scene.make.generation(alice, project)));
    expect(stream.isOver).toBe(false);
  });

  test('takes what waits for one who has stopped reading', async () => {
    const [project, own] = [await scene.make.project(alice), await scene.make.project(alice)];
    const socket = await scene.connect(alice);
    const query = `subscription ($p: UUID!) { projectChanges(projectId: $p) { kind cursor changes { id generation { params } } } }`;
    const stream = await socket.begin(query, { p: project }).until(isReady);
    const watcher = await (await scene.connect(service)).begin(FACTS, { p: project }).until(isReady);
    socket.socket.pause();
    // More than the gateway writes to one who does not read: the rest waits in its queue.
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      const [row] = await scene.database.query<{ id: string }>(
        alice,
        `insert into generations (project_id, params) values ($1, jsonb_build_object('long', repeat('x', 300000))) returning id`,
        [project],
      );
      ids.push(row!.id);
    }
    await watcher.until(hasTold(ids.at(-1)!));
    await handOver(project, bob);
    const his = await scene.make.generation(bob, project);
    await watcher.until(hasTold(his));
    socket.socket.resume();
    await stream.until(over);
    const other = await socket.begin(FACTS, { p: own }).until(isReady);
    await other.until(hasTold(await scene.make.generation(alice, own)));
    expect(socket.frames.join()).not.toContain(his);
    // It had begun to wait: otherwise this shows nothing.
    expect(idsOf(stream).length).toBeLessThan(ids.length);
    expect(kinds(stream)).not.toContain('RESYNC');
  });
});

describe('a project that is deleted', () => {
  const endings: [string, (project: string) => Promise<unknown>][] = [
    [
      'by its owner',
      (project) => scene.database.query(alice, 'delete from projects where id = $1', [project]),
    ],
    ['with its owner', () => scene.database.query(service, 'delete from users where id = $1', [alice.id])],
  ];
  test.each(endings)('%s is told by one RESYNC, and over', async (_how, end) => {
    const project = await scene.make.project(alice);
    const doomed = await scene.make.generation(alice, project);
    const socket = await scene.connect(alice);
    const streams = await Promise.all(
      Object.values(FIELDS).map((query) => socket.begin(query, { p: project }).until(isReady)),
    );
    await end(project);
    for (const stream of streams) {
      await stream.until(over);
      expect([stream.errors, kinds(stream)]).toEqual([[], ['READY', 'RESYNC']]);
    }
    expect(socket.frames.join()).not.toContain(doomed);
    const after = streams[0]!.items.at(-1)!.cursor;
    for (const variables of [{ p: project }, { p: project, after }])
      expect(codesOf(await socket.begin(FACTS, variables).until(over))).toEqual(['NOT_FOUND']);
  });

  test('is refused to who comes while another of her windows has not yet read that it is gone', async () => {
    const project = await scene.make.project(alice);
    const lazy = await scene.connect(alice);
    const query = `subscription ($p: UUID!) { projectChanges(projectId: $p) { kind cursor changes { id generation { params } } } }`;
    await lazy.begin(query, { p: project }).until(isReady);
    const watcher = await (await scene.connect(service)).begin(FACTS, { p: project }).until(isReady);
    lazy.socket.pause();
    for (let n = 0; n < 40; n++)
      await scene.database.query(
        alice,
        `insert into generations (project_id, params) values ($1, jsonb_build_object('long', repeat('x', 300000)))`,
        [project],
      );
    await scene.database.query(alice, 'delete from projects where id = $1', [project]);
    await watcher.until(over);
    const socket = await scene.connect(alice);
    const stream = socket.begin(FACTS, { p: project });
    await fence(socket);
    expect([codesOf(stream), stream.items]).toEqual([['NOT_FOUND'], []]);
  });
});
