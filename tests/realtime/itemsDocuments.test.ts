import { getIntrospectionQuery, type IntrospectionObjectType, type IntrospectionQuery } from 'graphql';
import { alice } from '../helpers/actors';
import { FIELDS, hasTold, type Stream } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
let project = '';
beforeAll(async () => {
  scene = await openScene();
  project = await scene.make.project(alice);
});
afterEach(() => scene.disconnect());
afterAll(() => scene?.close());

const ask = async (query: string, variables: Record<string, unknown> = { p: project }): Promise<Stream> =>
  (await scene.connect(alice))
    .begin(query, variables)
    .until(({ isOver, items }) => isOver || items.length > 0);
const codes = ({ errors }: Stream) => errors.map(({ extensions }) => extensions?.code);

describe('refused before anything runs:', () => {
  const root = 'projectChanges(projectId: $p)';
  const REFUSED: Record<string, [code: string, query: string]> = {
    'two root fields': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ${root} { kind } taskChanges(projectId: $p) { kind } }`,
    ],
    'two root fields in a fragment': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ...Both } fragment Both on Subscription { ${root} { kind } taskChanges(projectId: $p) { kind } }`,
    ],
    'two root fields in an inline fragment': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ... on Subscription { ${root} { kind } other: ${root} { kind } } }`,
    ],
    'a root field that is not there': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ${root} @skip(if: true) { kind } }`,
    ],
    'a root field that may not be there': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!, $no: Boolean = false) { ... @include(if: $no) { ${root} { kind } } }`,
    ],
    'no field of ours': ['GRAPHQL_VALIDATION_FAILED', `subscription { __typename }`],
    'a field that a worker would never have': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ${root} { kind params } }`,
    ],
    'what nests too deep': [
      'LIMIT_EXCEEDED',
      `subscription ($p: UUID!) { ${root} { changes { generation { ${'source { '.repeat(30)} id ${'} '.repeat(30)} } } } }`,
    ],
    'what selects too much': [
      'LIMIT_EXCEEDED',
      `subscription ($p: UUID!) { ${root} { changes { ${Array.from({ length: 2001 }, (_, n) => `a${n}: id`).join(' ')} } } }`,
    ],
    'a page that is too large': [
      'LIMIT_EXCEEDED',
      `subscription ($p: UUID!) { ${root} { changes { generation { variants(first: 100000) { nodes { id } } } } } }`,
    ],
    'fragments that double': [
      'GRAPHQL_VALIDATION_FAILED',
      `subscription ($p: UUID!) { ...F0 } ${Array.from({ length: 40 }, (_, n) => `fragment F${n} on Subscription { ...F${n + 1} ...F${n + 1} }`).join(' ')}`,
    ],
  };
  test.each(Object.entries(REFUSED))('%s', async (_what, [code, query]) => {
    const stream = await ask(query, query.includes('$p') ? undefined : {});
    expect([...new Set(codes(stream))]).toEqual([code]);
    expect(stream.items).toEqual([]);
  });

  test('and what is not refused for any of it is answered', async () => {
    const stream = await ask(
      `subscription ($p: UUID!) { ...One } fragment One on Subscription { ... on Subscription { ${root} { kind __typename } } }`,
    );
    expect(stream.items).toEqual([{ kind: 'READY', __typename: 'ChangeBatch' }]);
  });

  test.each([
    [{}, 'INVALID_INPUT'],
    [{ p: null }, 'INVALID_INPUT'],
    [{ p: 7 }, 'INVALID_INPUT'],
  ])('variables %j', async (variables, code) => {
    const stream = await ask(`subscription ($p: UUID!) { ${root} { kind } }`, variables);
    expect(codes(stream)).toEqual([code]);
  });
});

test('each place of a document has its own rows', async () => {
  const query = `subscription ($p: UUID!) { projectChanges(projectId: $p) {
    kind cursor changes { id row: generation { id } }
    again: changes { id row: generation { location type } }
    tasks: changes { id row: generationVariant { isPrimary } }
  } }`;
  const stream = await scene.watch(alice, query, { p: project });
  const id = await scene.make.generation(alice, project, 'here.png');
  await stream.until(hasTold(id));
  const { changes, again, tasks } = stream.items[1] as unknown as Record<
    string,
    { id: string; row: unknown }[]
  >;
  expect(changes!.find((change) => change.id === id)?.row).toEqual({ id });
  expect(again!.find((change) => change.id === id)?.row).toEqual({ location: 'here.png', type: 'image' });
  expect(tasks!.flatMap(({ row }) => row ?? [])).toEqual([{ isPrimary: true }]);
});

describe('over HTTP', () => {
  test.each(['POST', 'GET'])('%s says where subscriptions are', async (method) => {
    const query = FIELDS.taskChanges!;
    const url = `${scene.gateway.url}/graphql`;
    const response = await (method === 'POST'
      ? fetch(url, {
          method,
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ query, variables: { p: project } }),
        })
      : fetch(`${url}?query=${encodeURIComponent(query)}`, { headers: { accept: 'application/json' } }));
    const { errors } = (await response.json()) as { errors: { message: string; extensions: unknown }[] };
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/WebSocket at \/graphql/) as unknown,
        extensions: { code: 'BAD_REQUEST' },
      }),
    ]);
  });
});

test('the schema describes the fields, their arguments and all they give', async () => {
  const answer = await scene.gateway.ask<IntrospectionQuery>(alice, getIntrospectionQuery());
  const types = answer.data!.__schema.types;
  const objects = types.filter((type): type is IntrospectionObjectType => type.kind === 'OBJECT');
  const named = (name: string) => objects.find((type) => type.name === name)!;
  expect(
    named('Subscription')
      .fields.map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(FIELDS).sort());
  const ours = [
    'Subscription',
    'ChangeBatch',
    'Change',
    'SmallColumns',
    'GenerationChange',
    'GenerationVariantChange',
  ];
  for (const type of [...ours, 'ShotGenerationChange', 'TaskChange'].map(named)) {
    expect(type.description).toBeTruthy();
    for (const field of type.fields) {
      expect([type.name, field.name, Boolean(field.description)]).toEqual([type.name, field.name, true]);
      for (const argument of field.args) expect(argument.description).toBeTruthy();
    }
  }
  expect(JSON.stringify(named('SmallColumns'))).not.toMatch(/params|metadata/);
});
