import { signToken } from '../../server/auth/token';
import { alice, bob, service, TEST_SECRET } from '../helpers/actors';
import { changesOf, EVERYTHING, FACTS, hasTold, idsOf, isReady } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
let hers = '';
let his = '';
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  hers = await scene.make.project(alice);
  his = await scene.make.project(bob);
});
afterEach(() => scene.disconnect());
afterAll(() => scene?.close());

const move = (id: string, to: string) =>
  scene.database.query(service, 'update generations set project_id = $2 where id = $1', [id, to]);

test('of a row that moves to another tenant each sees his side alone', async () => {
  const generation = await scene.make.generation(alice, hers, 'moved.png');
  const [alices, bobs] = [await scene.connect(alice), await scene.connect(bob)];
  const from = await alices.begin(EVERYTHING, { p: hers }).until(isReady);
  const to = await bobs.begin(EVERYTHING, { p: his }).until(isReady);
  await move(generation, his);
  await from.until(hasTold(generation));
  await to.until(hasTold(generation));
  const sideOf = (stream: typeof from) => changesOf(stream).find(({ id }) => id === generation);
  expect(sideOf(from)).toMatchObject({
    ...{
      operation: 'DELETE',
      projectId: hers,
      before: { location: 'moved.png' },
      after: null,
      generation: null,
    },
  });
  expect(sideOf(to)).toMatchObject({
    ...{ operation: 'INSERT', projectId: his, before: null, after: { location: 'moved.png' } },
    generation: { id: generation, projectId: his },
  });
  // Its variant has gone with it, and what is done to both from then on is Bob's alone.
  await scene.database.query(bob, 'update generations set name = $2 where id = $1', [generation, 'Mine']);
  const later = await scene.make.variant(bob, generation);
  await to.until(hasTold(later));
  await from.until(hasTold(await scene.make.generation(alice, hers)));
  expect(alices.frames.join()).not.toMatch(new RegExp(`${his}|${later}`));
  expect(bobs.frames.join()).not.toContain(hers);
});

test('the deletion of a row is told to its owner, and to nobody else', async () => {
  const generation = await scene.make.generation(bob, his);
  const alices = await scene.connect(alice);
  const own = await alices.begin(FACTS, { p: hers }).until(isReady);
  const stream = await scene.watch(bob, FACTS, { p: his });
  await scene.database.query(bob, 'delete from generations where id = $1', [generation]);
  await stream.until(hasTold(generation));
  await own.until(hasTold(await scene.make.generation(alice, hers)));
  expect(alices.frames.join()).not.toContain(generation);
});

test('a row is read under the subscriber’s rights when it is told: one that is no longer hers is null', async () => {
  const generation = await scene.make.generation(alice, hers);
  const query = `subscription ($p: UUID!) { generationChanges(projectId: $p) { kind cursor operation id generation { id projectId } } }`;
  const stream = await scene.watch(alice, query, { p: hers });
  const watcher = await scene.watch(service, query, { p: hers });
  await scene.database.as(service, async (client) => {
    // In one transaction: both are made when the first is told.
    await client.query('update generations set starred = true where id = $1', [generation]);
    await client.query('update generations set project_id = $2 where id = $1', [generation, his]);
  });
  const told = (operation: string) => (each: typeof stream) =>
    each.items.some((item) => item.operation === operation);
  await stream.until(told('DELETE'));
  await watcher.until(told('DELETE'));
  expect(stream.items[1]).toMatchObject({ operation: 'UPDATE', id: generation, generation: null });
  // It is there, for those who may see it.
  expect(watcher.items[1]).toMatchObject({
    operation: 'UPDATE',
    generation: { id: generation, projectId: his },
  });
  expect(stream.errors).toEqual([]);
});

test('a socket closes with 4403 when its token ends, and has nothing after, though changes go on', async () => {
  const token = await signToken(
    { role: 'authenticated', sub: alice.id, email: alice.email, expires: 3 },
    { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET },
  );
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number };
  const socket = await scene.connect({ authorization: `Bearer ${token}` });
  const stream = await socket.begin(EVERYTHING, { p: hers }).until(isReady);
  const watcher = await scene.watch(alice, FACTS, { p: hers });
  const written: { id: string; at: number }[] = [];
  const write = async () => {
    const at = Date.now();
    written.push({ id: await scene.make.generation(alice, hers), at });
  };
  let isClosed = false;
  const closed = socket.closed.then((how) => {
    isClosed = true;
    return { ...how, at: Date.now() };
  });
  while (!isClosed) await write();
  const { code, reason, at } = await closed;
  for (let n = 0; n < 5; n++) await write();
  await watcher.until(hasTold(written.at(-1)!.id));
  expect([code, reason.split(':')[0]]).toEqual([4403, 'TOKEN_EXPIRED']);
  expect(at).toBeGreaterThanOrEqual(exp * 1000);
  const told = new Set(idsOf(stream));
  const late = written.filter((row) => row.at >= exp * 1000);
  expect(late.length).toBeGreaterThanOrEqual(5);
  expect(late.filter(({ id }) => told.has(id))).toEqual([]);
  expect(socket.frames.join()).not.toMatch(new RegExp(late.map(({ id }) => id).join('|')));
  // Until then it was told.
  expect(written.filter(({ id }) => told.has(id)).length).toBeGreaterThan(0);
});
