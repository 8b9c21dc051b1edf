import { withClient } from '../../server/postgres/setup';
import { alice } from '../helpers/actors';
import { hasTold } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ STATEMENT_TIMEOUT_MS: '500' });
});
afterAll(() => scene?.close());

test('rows that cannot be read say why, each the same, and the stream goes on', async () => {
  const project = await scene.make.project(alice);
  const generation = await scene.make.generation(alice, project, 'one.png');
  const query = `subscription ($p: UUID!) { projectChanges(projectId: $p) { kind cursor changes {
    id table generation { id primaryShot { id } } generationVariant { id }
  } } }`;
  const stream = await scene.watch(alice, query, { p: project });
  const rename = (name: string) =>
    scene.database.query(alice, 'update generations set name = $2 where id = $1', [generation, name]);
  await withClient(scene.database.ownerUrl, async (client) => {
    await client.query('begin; lock table shots in access exclusive mode');
    await rename('Two');
    await stream.until(hasTold(generation));
    await client.query('rollback');
  });
  expect(stream.items[1]!.changes!.map(({ table }) => table).sort()).toEqual([
    'GENERATIONS',
    'GENERATION_VARIANTS',
  ]);
  expect(new Set(stream.errors.map(({ extensions }) => extensions?.code))).toEqual(
    new Set(['LIMIT_EXCEEDED']),
  );
  expect(stream.errors).toHaveLength(2);
  await rename('Three');
  await stream.until(({ items }) => items.length === 3);
  expect(stream.errors).toHaveLength(2);
  expect(stream.items[2]!.changes!.find(({ id }) => id === generation)).toMatchObject({
    generation: { id: generation },
  });
});
