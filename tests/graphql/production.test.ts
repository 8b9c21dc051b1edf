import { randomBytes } from 'node:crypto';
import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { quieten, withoutSuggestions } from '../../server/graphql/production';
import { alice, anonymous, authorizationOf, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type GraphQLAnswer, type TestGateway } from '../helpers/gateway';
import { ask, signIn } from '../helpers/sockets';

/** Not the tests' own, which stands in the code: production starts with none that everybody can read. */
const secret = randomBytes(32).toString('hex');
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: secret };

let database: TestDatabase;
let development: TestGateway;
let production: TestGateway;
let opened: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  development = await startTestGateway(database);
  production = await startTestGateway(database, PRODUCTION);
  opened = await startTestGateway(database, { ...PRODUCTION, INTROSPECTION: 'true', SUGGESTIONS: 'true' });
});
afterAll(async () => {
  await Promise.all([development, production, opened].map((gateway) => gateway?.stop()));
  await database?.drop();
});

const inProduction = (gateway: TestGateway) => gateway !== development;

async function over(front: string, gateway: TestGateway, actor: Actor, query: string, variables?: object) {
  const authorization = await authorizationOf(actor, inProduction(gateway) ? secret : undefined);
  if (front === 'http') {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }
  const client = await signIn(gateway.url, authorization ? { authorization } : {});
  client.send(ask('1', query, variables as Record<string, unknown>));
  const frame = await Promise.race([
    client.gets({ type: 'next', id: '1' }),
    client.gets({ type: 'error', id: '1' }),
  ]);
  client.socket.terminate();
  return (frame.type === 'error' ? { errors: frame.payload } : frame.payload) as GraphQLAnswer;
}

describe.each(['http', 'socket'])('in production, over %s', (front) => {
  const documents: [string, string][] = [
    ['__schema', '{ __schema { queryType { name } } }'],
    ['__type', '{ __type(name: "Project") { name } }'],
    ['__schema by another name', '{ innocent: __schema { types { name } } }'],
    [
      '__type within a fragment',
      'query { ...F } fragment F on Query { ... on Query { __type(name: "Shot") { name } } }',
    ],
    [
      '__schema below a mutation',
      'mutation { ensureUser(input: {}) { query { __schema { types { name } } } } }',
    ],
  ];
  test.each(documents)('nobody reads the schema: %s', async (_what, document) => {
    const { data, errors } = await over(front, production, alice, document);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^This gateway does not tell its schema: __(schema|type)/) as string,
        extensions: { code: 'FORBIDDEN' },
      }),
    ]);
    // The document itself is fine: it is answered where that is allowed.
    expect((await over(front, development, alice, document)).errors).toBeUndefined();
    expect((await over(front, opened, alice, document)).errors).toBeUndefined();
    if (!document.startsWith('mutation'))
      expect((await over(front, production, service, document)).errors).toBeUndefined();
  });

  test('__typename is answered, also to strangers', async () => {
    expect(await over(front, production, anonymous, '{ __typename resources { __typename } }')).toEqual({
      data: { __typename: 'Query', resources: { __typename: 'ResourcesConnection' } },
    });
  });

  const mistakes: [string, string, object?][] = [
    ['a field', '{ projcts { totalCount } }'],
    ['several fields', '{ project { id } shot { id } generatio { id } }'],
    ['an argument', '{ projects(frst: 1) { totalCount } }'],
    ['a type', 'query ($p: ProjectInpt) { __typename }'],
    ['a type of a fragment', '{ ...F } fragment F on Projec { id }'],
    ['a value of an enum', '{ projects(orderBy: [CREATED_AT_AS]) { totalCount } }'],
    ['a string for an enum', '{ projects(orderBy: ["CREATED_AT_ASC"]) { totalCount } }'],
    ['a field of an input object', 'mutation { createProject(input: { projec: {} }) { clientMutationId } }'],
    ['fields that are missing', '{ projects }'],
    [
      'a field of a variable',
      'mutation ($i: CreateProjectInput!) { createProject(input: $i) { clientMutationId } }',
      { i: { project: { nam: 'x' } } },
    ],
    [
      'an enum in a variable',
      'query ($o: [ProjectsOrderBy!]) { projects(orderBy: $o) { totalCount } }',
      { o: ['CREATED_AT_AS'] },
    ],
  ];
  // Each row is whole: jest would take a parameter that is left out for its `done`.
  test.each(mistakes.map(([what, document, variables]) => [what, document, variables ?? {}] as const))(
    'a mistake in %s is told without the right name',
    async (_what, document, variables) => {
      const told = await over(front, development, alice, document, variables);
      expect(JSON.stringify(told)).toContain('Did you mean');
      const quiet = await over(front, production, alice, document, variables);
      expect(JSON.stringify(quiet)).not.toMatch(/did you mean/i);
      // All else is as it was: the code, the place, what is wrong.
      const { errors = [] } = told;
      expect(quiet.errors).toEqual(
        errors.map((error) => ({ ...error, message: error.message.replace(/ Did you mean .*\?/, '') })),
      );
      expect(JSON.stringify(await over(front, opened, alice, document, variables))).toContain('Did you mean');
    },
  );
});

test('what a caller wrote himself is told to him, whatever its words', () => {
  const schema = buildSchema('type Query { a(b: Int): Int }');
  const document = parse('{ a(b: "Did you mean it? I did mean it!") }');
  const [error] = validate(schema, document, specifiedRules);
  expect(withoutSuggestions(error!).message).toBe(error!.message);
  expect(error!.message).toContain('Did you mean it?');
});

test('a result without errors stays the same object: it is turned into text once for all who get it', () => {
  const result = { data: {} };
  expect(quieten({ introspection: false, suggestions: false }).result(result)).toBe(result);
});

test('GraphiQL has a setting of its own', async () => {
  const gateway = await startTestGateway(database, { ...PRODUCTION, GRAPHIQL: 'true' });
  try {
    const statusOf = async ({ url }: TestGateway) => (await fetch(`${url}/graphiql`)).status;
    expect(await Promise.all([production, gateway, development].map(statusOf))).toEqual([404, 200, 200]);
  } finally {
    await gateway.stop();
  }
});
