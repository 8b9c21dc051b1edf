import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { alice, anonymous, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type GraphQLAnswer, type TestGateway } from '../helpers/gateway';
import { buildWorld, type World } from '../helpers/world';

let database: TestDatabase;
let gateway: TestGateway;
let schema: GraphQLSchema;
let alices: World;
let bobs: World;
let publicResource = '';
const NOBODY = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  database = await createTestDatabase();
  alices = await buildWorld(database, alice);
  bobs = await buildWorld(database, bob);
  publicResource = await builders(database).resource(bob, true);
  // Four lists of a hundred within each other are more than the default lets anybody ask for.
  gateway = await startTestGateway(database, { QUERY_COST_MAX: '1000000000' });
  const answer = await gateway.ask<IntrospectionQuery>(alice, getIntrospectionQuery());
  schema = buildClientSchema(answer.data as IntrospectionQuery);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields());
const isPlain = (field: GraphQLField<unknown, unknown>) =>
  field.args.every((arg) => !/!$/.test(String(arg.type)));

/** Selects all leaves of a type, and its relations down to `depth`. */
function select(type: GraphQLObjectType, depth: number): string {
  const parts = fieldsOf(type).flatMap((field) => {
    const named = getNamedType(field.type);
    if (field.name === 'query' || !isPlain(field)) return [];
    if (isLeafType(named)) return [field.name];
    if (!isObjectType(named) || depth === 0) return [];
    return [`${field.name} { ${select(named, /Connection$|Edge$/.test(type.name) ? depth : depth - 1)} }`];
  });
  return parts.length > 0 ? parts.join(' ') : '__typename';
}

const rootFields = () => fieldsOf(schema.getQueryType() as GraphQLObjectType);
const connections = () =>
  rootFields().filter((field) => /Connection$/.test(String(getNamedType(field.type).name)));
const idsOf = (world: World) => Object.values(world);
const found = (answer: unknown, ids: string[]) => {
  const text = JSON.stringify(answer);
  return ids.filter((id) => text.includes(id));
};
/** An answer with the asked-for id and the ids of faults taken out, to compare two answers. */
const shape = (answer: GraphQLAnswer, id: string) =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll(id, 'ID')
      .replace(/"id":"[0-9a-f-]{36}"/g, '"id":"…"'),
  ) as unknown;

test('every list, three relations deep, shows the caller’s rows and none of another’s', async () => {
  const mine = new Set<string>();
  for (const field of connections()) {
    const type = getNamedType(field.type) as GraphQLObjectType;
    const answer = await gateway.ask(alice, `{ ${field.name}(first: 100) { ${select(type, 2)} } }`);
    const told = JSON.stringify(answer).replaceAll(`"userId":"${bob.id}"`, '').replaceAll(publicResource, '');
    expect({ field: field.name, bobs: found(told, idsOf(bobs)) }).toEqual({ field: field.name, bobs: [] });
    for (const id of found(answer, idsOf(alices))) mine.add(id);
  }
  // The same walk finds every row of the caller's own: it would have found Bob's.
  expect([...mine].sort()).toEqual(idsOf(alices).sort());
});

test('counts do not count another’s rows', async () => {
  for (const field of connections().filter(
    ({ name }) => !['resources', 'taskTypes', 'workers'].includes(name),
  )) {
    const answer = await gateway.ask<Record<string, { totalCount: number }>>(
      alice,
      `{ ${field.name} { totalCount } }`,
    );
    expect([field.name, answer.data?.[field.name]?.totalCount]).toEqual([field.name, 1]);
  }
});

const ROOTS: [keyof World, string][] = [
  ['users', 'user'],
  ['projects', 'project'],
  ['shots', 'shot'],
  ['generations', 'generation'],
  ['generation_variants', 'generationVariant'],
  ['shot_generations', 'shotGeneration'],
  ['tasks', 'task'],
  ['credits_ledger', 'creditsLedger'],
  ['resources', 'resource'],
  ['training_data_batches', 'trainingDataBatch'],
  ['training_data', 'trainingVideo'],
  ['training_data_segments', 'trainingDataSegment'],
];

describe.each(ROOTS)('a row of %s', (table, field) => {
  const nodeIdOf = async (actor: Actor, id: string) => {
    const answer = await gateway.ask<Record<string, { nodeId: string }>>(
      actor,
      `{ ${field}(id: "${id}") { nodeId } }`,
    );
    return answer.data?.[field]?.nodeId ?? '';
  };

  test('is found by its owner and by nobody else, by id and by nodeId', async () => {
    const byId = (actor: Actor, id: string) => gateway.ask(actor, `{ ${field}(id: "${id}") { id } }`);
    expect(await byId(bob, bobs[table])).toEqual({ status: 200, data: { [field]: { id: bobs[table] } } });
    expect(await byId(alice, bobs[table])).toEqual({ status: 200, data: { [field]: null } });
    expect(shape(await byId(alice, bobs[table]), bobs[table])).toEqual(
      shape(await byId(alice, NOBODY), NOBODY),
    );

    const nodeId = await nodeIdOf(bob, bobs[table]);
    const byNodeId = (actor: Actor) => gateway.ask(actor, `{ node(nodeId: "${nodeId}") { nodeId } }`);
    expect(await byNodeId(bob)).toEqual({ status: 200, data: { node: { nodeId } } });
    expect(await byNodeId(alice)).toEqual({ status: 200, data: { node: null } });
  });

  test('is not changed or deleted by another, who learns nothing from the attempt', async () => {
    const mutations = fieldsOf(schema.getMutationType() as GraphQLObjectType);
    const typeName = field[0]?.toUpperCase() + field.slice(1);
    const before = await database.asOwner(`select to_jsonb(t) as row from ${table} t where id = $1`, [
      bobs[table],
    ]);
    for (const verb of ['update', 'delete']) {
      if (!mutations.some(({ name }) => name === `${verb}${typeName}`)) continue;
      const patch = verb === 'update' ? await patchOf(typeName) : '';
      const attempt = (id: string) =>
        gateway.ask(
          alice,
          `mutation { ${verb}${typeName}(input: { id: "${id}" ${patch} }) { clientMutationId } }`,
        );
      const answer = await attempt(bobs[table]);
      expect(answer.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
      expect(shape(answer, bobs[table])).toEqual(shape(await attempt(NOBODY), NOBODY));
    }
    const after = await database.asOwner(`select to_jsonb(t) as row from ${table} t where id = $1`, [
      bobs[table],
    ]);
    expect(before).toHaveLength(1);
    expect(after).toEqual(before);
  });

  const patchOf = async (typeName: string): Promise<string> => {
    const fields = Object.keys((schema.getType(`${typeName}Patch`) as GraphQLObjectType).getFields());
    const name = fields.find((candidate) =>
      ['name', 'starred', 'isPublic', 'timelineFrame', 'filename', 'startTime'].includes(candidate),
    );
    const values: Record<string, string> = {
      starred: 'true',
      isPublic: 'true',
      timelineFrame: '3',
      startTime: '1',
    };
    return `, patch: { ${name}: ${values[name ?? ''] ?? '"taken"'} }`;
  };
});

test('a filter through a relation cannot feel another’s rows', async () => {
  const probes = [
    `{ projects(filter: { user: { email: { equalTo: "${bob.email}" } } }) { totalCount } }`,
    `{ resources(filter: { user: { email: { startsWith: "bob" } } }) { totalCount } }`,
    `{ resources(filter: { user: { projectsExist: true }, userId: { equalTo: "${bob.id}" } }) { totalCount } }`,
    `{ generations(filter: { derivatives: { some: { projectId: { equalTo: "${bobs.projects}" } } } }) { totalCount } }`,
    `{ shots(filter: { project: { userId: { equalTo: "${bob.id}" } } }) { totalCount } }`,
    `{ tasks(condition: { projectId: "${bobs.projects}" }) { totalCount } }`,
  ];
  for (const probe of probes) {
    const answer = await gateway.ask<Record<string, { totalCount: number }>>(alice, probe);
    expect([probe, Object.values(answer.data ?? {})[0]?.totalCount]).toEqual([probe, 0]);
  }
  // Bob's own first probe finds his project: the probes are well aimed.
  const own = await gateway.ask<{ projects: { totalCount: number } }>(bob, probes[0] ?? '');
  expect(own.data?.projects.totalCount).toBe(1);
});

test('a new row cannot hang on another’s', async () => {
  const creations: [string, (id: string) => string][] = [
    [bobs.projects, (id) => `createShot(input: { shot: { projectId: "${id}", name: "x" } })`],
    [bobs.projects, (id) => `createGeneration(input: { generation: { projectId: "${id}" } })`],
    [
      bobs.generations,
      (id) =>
        `createGeneration(input: { generation: { projectId: "${alices.projects}", basedOn: "${id}" } })`,
    ],
    [
      bobs.generations,
      (id) =>
        `createGeneration(input: { generation: { projectId: "${alices.projects}", parentGenerationId: "${id}" } })`,
    ],
    [
      bobs.generations,
      (id) =>
        `createGenerationVariant(input: { generationVariant: { generationId: "${id}", location: "x" } })`,
    ],
    [
      bobs.generation_variants,
      (id) =>
        `updateGeneration(input: { id: "${alices.generations}", patch: { primaryVariantId: "${id}" } })`,
    ],
    [
      bobs.shots,
      (id) =>
        `createShotGeneration(input: { shotGeneration: { shotId: "${id}", generationId: "${alices.generations}" } })`,
    ],
    [
      bobs.generations,
      (id) =>
        `createShotGeneration(input: { shotGeneration: { shotId: "${alices.shots}", generationId: "${id}" } })`,
    ],
    [
      bobs.training_data_batches,
      (id) => `createTrainingVideo(input: { trainingVideo: { batchId: "${id}", filename: "x", url: "x" } })`,
    ],
    [
      bobs.training_data,
      (id) =>
        `createTrainingDataSegment(input: { trainingDataSegment: { videoId: "${id}", startTime: 0, endTime: 1 } })`,
    ],
  ];
  for (const [id, creation] of creations) {
    const attempt = (target: string) =>
      gateway.ask(alice, `mutation { ${creation(target)} { clientMutationId } }`);
    const answer = await attempt(id);
    expect([
      creation(id),
      ['NOT_FOUND', 'FORBIDDEN'].includes(String(answer.errors?.[0]?.extensions?.code)),
    ]).toEqual([creation(id), true]);
    expect(shape(answer, id)).toEqual(shape(await attempt(NOBODY), NOBODY));
  }
});

test('an owner cannot be named, nor a column that only the database writes', () => {
  const columns: Record<string, string[]> = {
    ProjectInput: ['aspectRatio', 'name', 'settings'],
    UserPatch: ['avatarUrl', 'name', 'onboarding', 'settings', 'username'],
    ShotInput: ['aspectRatio', 'name', 'projectId', 'settings'],
    ShotPatch: ['aspectRatio', 'name', 'settings'],
    ShotGenerationInput: ['generationId', 'metadata', 'shotId', 'timelineFrame'],
    ShotGenerationPatch: ['metadata', 'timelineFrame'],
    ResourceInput: ['isPublic', 'metadata', 'type', 'url'],
  };
  for (const [type, fields] of Object.entries(columns)) {
    const actual = Object.keys((schema.getType(type) as GraphQLObjectType).getFields()).sort();
    expect([type, actual]).toEqual([type, fields]);
  }
});

test('internals are not in the schema', () => {
  const names = Object.keys(schema.getTypeMap()).join(' ');
  expect(names).not.toMatch(
    /AppPrivate|AppliedMigration|Bucket|CreateCreditsLedger|CreateTask\b|CreateUser\b|CreateWorker/,
  );
});

describe('without a token', () => {
  test('public resources are all there is', async () => {
    const answer = await gateway.ask(
      anonymous,
      '{ resources { totalCount nodes { id user { id email } } } }',
    );
    expect(answer.errors).toBeDefined();
    const plain = await gateway.ask(anonymous, '{ resources { totalCount nodes { id } } }');
    expect(plain).toEqual({
      status: 200,
      data: { resources: { totalCount: 1, nodes: [{ id: publicResource }] } },
    });
    for (const field of connections().filter(({ name }) => name !== 'resources')) {
      const refused = await gateway.ask(anonymous, `{ ${field.name} { totalCount } }`);
      expect([field.name, refused.errors?.[0]?.extensions?.code]).toEqual([field.name, 'UNAUTHENTICATED']);
    }
  });

  test('nothing can be changed', async () => {
    for (const field of fieldsOf(schema.getMutationType() as GraphQLObjectType).filter(({ name }) =>
      /^delete/.test(name),
    )) {
      if (/NodeId$/.test(field.name)) continue;
      const argument = /^deleteGenerations$/.test(field.name)
        ? `ids: ["${publicResource}"]`
        : `id: "${publicResource}"`;
      const refused = await gateway.ask(
        anonymous,
        `mutation { ${field.name}(input: { ${argument} }) { clientMutationId } }`,
      );
      expect([field.name, refused.errors?.[0]?.extensions?.code]).toEqual([field.name, 'UNAUTHENTICATED']);
    }
  });
});

test('a worker sees task types and what it holds; a service sees every tenant', async () => {
  await builders(database).worker('gpu-1');
  const held = await builders(database).task(bobs.projects, { status: 'In Progress', workerId: 'gpu-1' });
  const seen = await gateway.ask<{ tasks: { nodes: { id: string }[] } }>(
    gpu1,
    '{ tasks { nodes { id } } workers { nodes { id } } }',
  );
  expect(seen.data).toEqual({ tasks: { nodes: [{ id: held }] }, workers: { nodes: [{ id: 'gpu-1' }] } });
  const all = await gateway.ask<{ projects: { totalCount: number } }>(service, '{ projects { totalCount } }');
  expect(all.data?.projects.totalCount).toBe(2);
});
