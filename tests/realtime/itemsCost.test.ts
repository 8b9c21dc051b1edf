import { signToken } from '../../server/auth/token';
import { alice, bob, service, TEST_SECRET, type Actor } from '../helpers/actors';
import { changesOf, EVERYTHING, FACTS, hasTold, isReady, type Stream } from './follower';
import { openScene, type Scene } from './scene';
import { statementsDuring } from './statements';

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

const ROWS = `subscription ($p: UUID!, $after: String) { projectChanges(projectId: $p, after: $after) {
  kind cursor changes { id generation { id variants { nodes { id } } } }
} }`;
const addGenerations = (count: number) =>
  scene.database.query<{ id: string }>(
    alice,
    `insert into generations (project_id, location) select $1, 'a.png' from generate_series(1, $2) returning id`,
    [project, count],
  );
/** What it costs that all of these are told of some generations. */
const costOf = (streams: Stream[], count = 1) =>
  statementsDuring(async () => {
    const rows = await addGenerations(count);
    for (const { id } of rows) await Promise.all(streams.map((stream) => stream.until(hasTold(id))));
  });
const watchAs = (actor: Actor, count: number, query = ROWS) =>
  Promise.all(Array.from({ length: count }, () => scene.watch(actor, query, { p: project })));
const reads = (statements: string[]) => statements.filter((text) => !/^(begin|commit)/.test(text));

test('fifty subscribers of one user cost the statements of one', async () => {
  const one = await costOf(await watchAs(alice, 1));
  expect([one.length, reads(one).length]).toEqual([3, 1]);
  const streams = await watchAs(alice, 50);
  expect(await costOf(streams)).toHaveLength(3);
  // And each has its rows.
  const rows = streams.map((stream) => changesOf(stream).find(({ generation }) => generation)?.generation);
  expect(rows.every((row) => JSON.stringify(row) === JSON.stringify(rows[0]))).toBe(true);
  expect(rows[0]).toMatchObject({ variants: { nodes: [{ id: expect.any(String) as unknown }] } });
});

test('those who came back from different places share what comes then', async () => {
  const [first] = await watchAs(alice, 1);
  await costOf([first!], 3);
  const cursors = first!.items.map(({ cursor }) => cursor);
  const socket = await scene.connect(alice);
  const others = await Promise.all(
    cursors.map((after) => socket.begin(ROWS, { p: project, after }).until(isReady)),
  );
  expect(others.length).toBeGreaterThan(1);
  expect(await costOf([first!, ...others])).toHaveLength(3);
});

test('a batch of twelve generations and their variants is read by one statement', async () => {
  const [stream] = await watchAs(alice, 1);
  const statements = await costOf([stream!], 12);
  expect(reads(statements)).toHaveLength(1);
  const rows = changesOf(stream!).flatMap(({ generation }) => (generation ? [generation] : []));
  expect(rows.length).toBeGreaterThanOrEqual(12);
});

test('each table of a batch is read once, however many of its rows', async () => {
  const [stream] = await watchAs(alice, 1, EVERYTHING);
  const statements = await costOf([stream!], 12);
  // Generations and their variants.
  expect(reads(statements)).toHaveLength(2);
});

test('without rows there is no statement at all', async () => {
  expect(await costOf(await watchAs(alice, 3, FACTS))).toEqual([]);
});

test('for what was deleted there is none either', async () => {
  const shot = await scene.make.shot(alice, project);
  const link = await scene.make.link(alice, shot, await scene.make.generation(alice, project));
  const query = `subscription ($p: UUID!) { shotGenerationChanges(projectId: $p) { kind cursor id shotGeneration { id } } }`;
  const [stream] = await watchAs(alice, 1, query);
  const statements = await statementsDuring(async () => {
    await scene.database.query(alice, 'delete from shot_generations where id = $1', [link]);
    await stream!.until(hasTold(link));
  });
  expect(statements).toEqual([]);
});

describe('never share', () => {
  const tokenOf = async (claims: { email: string; expires: string }) => ({
    authorization: `Bearer ${await signToken(
      { role: 'authenticated', sub: alice.id, ...claims },
      { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET },
    )}`,
  });
  const watchWith = async (claims: { email: string; expires: string }) =>
    (await scene.connect(await tokenOf(claims))).begin(ROWS, { p: project }).until(isReady);

  test('different callers', async () => {
    const streams = [...(await watchAs(alice, 2)), ...(await watchAs(service, 2))];
    expect(reads(await costOf(streams))).toHaveLength(2);
  });

  test('tokens of one user that say different things; but those that end at different times do', async () => {
    const same = [
      await watchWith({ email: 'a@test.example', expires: '5m' }),
      await watchWith({ email: 'a@test.example', expires: '9m' }),
    ];
    expect(reads(await costOf(same))).toHaveLength(1);
    const other = await watchWith({ email: 'b@test.example', expires: '5m' });
    expect(reads(await costOf([...same, other]))).toHaveLength(2);
  });

  test('different variables, also one that is named after elsewhere', async () => {
    const query = `subscription ($p: UUID!, $c: Cursor) { generationChanges(projectId: $p) {
      kind cursor id generation { id variants(orderBy: [CREATED_AT_ASC], first: 1, after: $c) { nodes { location } } }
    } }`;
    const generation = await scene.make.generation(alice, project, 'first.png');
    await scene.make.variant(alice, generation, 'second.png');
    const page = await scene.gateway.ask<{ generation: { variants: { pageInfo: { endCursor: string } } } }>(
      alice,
      `{ generation(id: "${generation}") { variants(orderBy: [CREATED_AT_ASC], first: 1) { pageInfo { endCursor } } } }`,
    );
    const c = page.data!.generation.variants.pageInfo.endCursor;
    const streams = await Promise.all(
      [{ p: project }, { p: project, c }].map((given) => scene.watch(alice, query, given)),
    );
    await scene.database.query(alice, 'update generations set starred = true where id = $1', [generation]);
    await Promise.all(streams.map((stream) => stream.until(hasTold(generation))));
    expect(streams.map(({ items }) => items[1]!.generation)).toMatchObject([
      { variants: { nodes: [{ location: 'first.png' }] } },
      { variants: { nodes: [{ location: 'second.png' }] } },
    ]);
  });

  test('different directives, and different documents that differ in little', async () => {
    const query = `subscription ($p: UUID!, $s: Boolean!) { generationChanges(projectId: $p) {
      kind cursor id generation @include(if: $s) { id } } }`;
    const [withRow, without] = await Promise.all(
      [true, false].map((s) => scene.watch(alice, query, { p: project, s })),
    );
    const id = await scene.make.generation(alice, project);
    await Promise.all([withRow!, without!].map((stream) => stream.until(hasTold(id))));
    expect(withRow!.items[1]).toHaveProperty('generation', { id });
    expect(without!.items[1]).not.toHaveProperty('generation');
  });
});

test('a stranger on the same document costs nothing, for he gets nothing', async () => {
  const streams = await watchAs(alice, 1);
  const stranger = (await scene.connect(bob)).begin(ROWS, { p: project });
  await stranger.until(({ isOver }) => isOver);
  expect(reads(await costOf(streams))).toHaveLength(1);
  expect(stranger.items).toEqual([]);
});
