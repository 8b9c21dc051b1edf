import { alice, anonymous, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { codesOf, FACTS, FIELDS, follow, hasTold, idsOf, isReady, type Follower } from './follower';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';
const open: Follower[] = [];
const connect = async (actor: Actor, params?: Record<string, unknown>) => {
  const follower = await follow(gateway, actor, params);
  open.push(follower);
  return follower;
};

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.worker('gpu-1');
  await make.taskType('image_generation');
  project = await make.project(alice);
  gateway = await startTestGateway(database);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((follower) => follower.end()));
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const NOBODYS = '00000000-0000-4000-8000-00000000dead';

describe.each(Object.entries(FIELDS))('%s', (name, query) => {
  /** Makes what the field tells of. */
  const change = async () => {
    const make = builders(database);
    const generation = await make.generation(alice, project);
    switch (name) {
      case 'generationVariantChanges':
        return make.variant(alice, generation);
      case 'shotGenerationChanges':
        return make.link(alice, await make.shot(alice, project), generation);
      case 'shotChanges':
        return make.shot(alice, project);
      case 'taskChanges':
        return make.task(project);
      default:
        return generation;
    }
  };

  test('tells the owner and a service', async () => {
    const streams = await Promise.all(
      [alice, service].map(async (actor) =>
        (await connect(actor)).begin(query, { p: project }).until(isReady),
      ),
    );
    const id = await change();
    for (const stream of streams) expect((await stream.until(hasTold(id))).errors).toEqual([]);
  });

  const refused: [string, Actor, string][] = [
    ['a stranger', bob, 'NOT_FOUND'],
    ['an anonymous caller', anonymous, 'UNAUTHENTICATED'],
    ['a worker', gpu1, 'FORBIDDEN'],
  ];
  test.each(refused)('is refused to %s, who gets no id', async (_who, actor, code) => {
    const owner = await (await connect(alice)).begin(query, { p: project }).until(isReady);
    const socket = await connect(actor);
    const stream = await socket.begin(query, { p: project }).until(({ isOver }) => isOver);
    const other = await socket.begin(query, { p: NOBODYS }).until(({ isOver }) => isOver);
    await owner.until(hasTold(await change()));
    await socket.settle();
    expect(codesOf(stream)).toEqual([code]);
    // That there is such a project is not to be learned.
    expect(stream.errors).toEqual(other.errors);
    expect(stream.items).toEqual([]);
    expect(socket.frames.join()).not.toMatch(new RegExp(`${project}|${idsOf(owner).join('|')}`));
  });

  test.each(['', 'nonsense', NOBODYS.slice(1), `${NOBODYS}0`, '%', '\0', `{${NOBODYS}}`, "' or true --"])(
    'says of %j that it is no id',
    async (p) => {
      const socket = await connect(alice);
      const stream = await socket.begin(query, { p }).until(({ isOver }) => isOver);
      expect(codesOf(stream)).toEqual(['INVALID_INPUT']);
    },
  );

  test('knows the project by its id in capitals', async () => {
    const socket = await connect(alice);
    const stream = await socket.begin(query, { p: project.toUpperCase() }).until(isReady);
    const id = await change();
    await stream.until(hasTold(id));
    expect(stream.items.map(({ projectId }) => projectId)).toContain(project);
  });
});

test('a service may follow any project, though nothing says that there is no such', async () => {
  const projects = [project, await builders(database).project(bob)];
  const socket = await connect(service);
  const streams = await Promise.all(projects.map((p) => socket.begin(FACTS, { p }).until(isReady)));
  const [hers, his] = [
    await builders(database).generation(alice, projects[0]!),
    await builders(database).generation(bob, projects[1]!),
  ];
  await streams[0]!.until(hasTold(hers));
  await streams[1]!.until(hasTold(his));
  expect(idsOf(streams[0]!)).not.toContain(his);
  const none = await socket.begin(FACTS, { p: NOBODYS }).until(({ isOver }) => isOver);
  expect(codesOf(none)).toEqual(['NOT_FOUND']);
});

test('a stranger among those who follow another project changes nothing for them', async () => {
  const socket = await connect(alice);
  const stream = await socket.begin(FACTS, { p: project }).until(isReady);
  const his = await builders(database).project(bob);
  const stranger = await (await connect(bob)).begin(FACTS, { p: his }).until(isReady);
  const hers = await builders(database).generation(alice, project);
  const second = await builders(database).generation(bob, his);
  await stream.until(hasTold(hers));
  await stranger.until(hasTold(second));
  expect(idsOf(stranger)).not.toContain(hers);
  expect(idsOf(stream)).not.toContain(second);
});

test('queries and mutations of a socket are under its token’s rights', async () => {
  const generation = await builders(database).generation(alice, project);
  const read = `query ($id: UUID!) { generation(id: $id) { id } }`;
  const write = `mutation ($id: UUID!) { updateGeneration(input: { id: $id, patch: { name: "Taken" } }) { generation { name } } }`;
  const over = ({ isOver }: { isOver: boolean }) => isOver;
  const results = async (actor: Actor) => {
    const socket = await connect(actor);
    const asked = await socket.begin(read, { id: generation }).until(over);
    const written = await socket.begin(write, { id: generation }).until(over);
    return [asked.results[0]?.data, written.results[0]?.data, codesOf(written)];
  };
  expect(await results(bob)).toEqual([{ generation: null }, { updateGeneration: null }, ['NOT_FOUND']]);
  expect(await results(anonymous)).toEqual([
    { generation: null },
    { updateGeneration: null },
    ['UNAUTHENTICATED'],
  ]);
  expect(await results(alice)).toEqual([
    { generation: { id: generation } },
    { updateGeneration: { generation: { name: 'Taken' } } },
    [],
  ]);
});
