import { request } from 'node:http';
import { alice, anonymous, authorizationOf, bob, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { databaseOf, withClient } from '../../server/postgres/setup';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).account(bob);
  await database.query(
    alice,
    `insert into resources (type, url) select 'lora', 'u' || i from generate_series(1, 1200) i`,
  );
  gateway = await startTestGateway(database);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

type Row = [string, string, Record<string, unknown>?];
/** Objects and not lists: of a list that is too short jest takes the rest for its own `done`. */
const rows = <K extends string>(key: K, given: Row[]) =>
  given.map(([name, query, variables]) => ({ [key]: name, query, variables }));
const nodeId = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const codesOf = async (actor: Actor, query: string, variables?: Record<string, unknown>) => {
  const answer = await gateway.ask(actor, query, variables);
  return [...new Set(answer.errors?.map((error) => error.extensions?.code))];
};

describe('what was promised was kept', () => {
  const create = (name: string, then: string) =>
    `mutation ($n: ID!) { createProject(input: { project: { name: "${name}" } }) { project { id } query { ${then} } } }`;
  const exists = async (name: string) =>
    (await database.query(alice, 'select from projects where name = $1', [name])).length > 0;

  test('a change whose payload reads by a garbage nodeId is answered with an error, and is not there', async () => {
    const answer = await gateway.ask(alice, create('lost', 'node(nodeId: $n) { nodeId }'), {
      n: nodeId(['projects', 'x']),
    });
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    expect(await exists('lost')).toBe(false);
  });

  test('of two changes, neither is there when what the second reads ends the transaction', async () => {
    const answer = await gateway.ask(
      alice,
      `mutation {
        a: createProject(input: { project: { name: "first" } }) { project { id } }
        b: createProject(input: { project: { name: "second" } }) {
          query { projects(filter: { createdAt: { equalTo: "garbage" } }) { totalCount } }
        }
      }`,
    );
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    expect([await exists('first'), await exists('second')]).toEqual([false, false]);
  });

  test('a change with a good payload is there', async () => {
    const answer = await gateway.ask(alice, create('kept', 'node(nodeId: $n) { nodeId }'), {
      n: nodeId(['projects', alice.id]),
    });
    expect(answer.errors).toBeUndefined();
    expect(await exists('kept')).toBe(true);
  });
});

describe('more than anybody needs is refused before anything runs', () => {
  const doubling = (levels: number) =>
    `{ ...F0 } ${Array.from({ length: levels }, (_, i) => `fragment F${i} on Query { a: me { ...U } ...F${i + 1} b${i}: me { ...U } ...F${i + 1} }`).join(' ')}
     fragment F${levels} on Query { __typename } fragment U on User { id }`;
  const cases: [string, () => [string, Record<string, unknown>?]][] = [
    ['fragments that double with each level', () => [doubling(20)]],
    ['2,001 fields', () => [`{ ${Array.from({ length: 2001 }, (_, i) => `a${i}: __typename`).join(' ')} }`]],
    ['20,000 unknown fields', () => [`{ ${Array.from({ length: 20_000 }, (_, i) => `x${i}`).join(' ')} }`]],
    [
      'a document 40 levels deep',
      () => [`{ me { ${'projects { nodes { user { '.repeat(13)} id ${'} } }'.repeat(13)} } }`],
    ],
    [
      'a filter 60 levels deep',
      () => [`{ projects(filter: ${'{ not: '.repeat(60)}{}${'}'.repeat(60)}) { totalCount } }`],
    ],
    [
      'JSON 40 levels deep',
      () => [
        'mutation ($s: JSON!) { createProject(input: { project: { name: "deep", settings: $s } }) { clientMutationId } }',
        { s: { a: nested(40) } },
      ],
    ],
    [
      'JSON 40 levels deep in the document',
      () => [
        `mutation { createProject(input: { project: { name: "deep", settings: { a: ${'['.repeat(40)}${']'.repeat(40)} } } }) { clientMutationId } }`,
      ],
    ],
    [
      '70,000 values of a filter',
      () => [
        'query ($v: [String!]) { projects(filter: { name: { in: $v } }) { totalCount } }',
        { v: Array(70_000).fill('a') },
      ],
    ],
    ['brackets without end', () => [`{ projects(filter: ${'['.repeat(50_000)}`]],
  ];
  test.each(cases)('%s', async (_what, make) => {
    const codes = await codesOf(alice, ...make());
    expect(codes).toEqual(['LIMIT_EXCEEDED']);
  });

  test('what people ask passes: introspection and 30 levels of nothing special', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect(await codesOf(alice, getIntrospectionQuery())).toEqual([]);
  });

  const SIZES = rows('how', [
    [
      'a default that comes after its use',
      'fragment F on Query { resources(first: $n) { nodes { id } } } query Q($n: Int = 1100) { ...F }',
    ],
    [
      'the name of something every object has',
      'query ($constructor: Int = 1100) { resources(first: $constructor) { nodes { id } } }',
      {},
    ],
    [
      'a negative offset by a default',
      'fragment F on Query { resources(offset: $n) { nodes { id } } } query Q($n: Int = -5) { ...F }',
    ],
  ]);
  test.each(SIZES)('a page by $how', async ({ query, variables }) => {
    expect(await codesOf(alice, query, variables)).toEqual([
      /-5/.test(query) ? 'INVALID_INPUT' : 'LIMIT_EXCEEDED',
    ]);
  });

  test('a page is measured by the operation that runs, not by one beside it', async () => {
    const both = (first: number, second: number) =>
      `query Q($n: Int = ${first}) { ...F } query R($n: Int = ${second}) { ...F } fragment F on Query { resources(first: $n) { nodes { id } } }`;
    const run = async (query: string) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: (await authorizationOf(alice)) ?? '' },
        body: JSON.stringify({ query, operationName: 'Q' }),
      });
      return (await response.json()) as {
        data?: { resources: { nodes: unknown[] } };
        errors?: { extensions: { code: string } }[];
      };
    };
    expect((await run(both(1100, 1))).errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    expect((await run(both(3, 1100))).data?.resources.nodes).toHaveLength(3);
  });
});

describe('bad input is the caller’s, and is told so', () => {
  const bad = rows('what', [
    [
      'a garbage nodeId beside a good field',
      'query ($n: ID!) { node(nodeId: $n) { nodeId } projects { totalCount } }',
      { n: nodeId(['projects', 'x']) },
    ],
    [
      'a null for what may not be null',
      `query ($id: UUID = "${alice.id}") { project(id: $id) { id } }`,
      { id: null },
    ],
    [
      'a null for a condition',
      'query ($b: Boolean = true) { projects @include(if: $b) { totalCount } }',
      { b: null },
    ],
    ['a cursor that is a number', `{ projects(after: "${nodeId(5)}") { nodes { id } } }`],
    ['a cursor that is null', `{ projects(after: "${nodeId(null)}") { nodes { id } } }`],
    ['a cursor that is an object', `{ projects(after: "${nodeId({ a: 1 })}") { nodes { id } } }`],
    ['an alias that every object has', '{ toString: projects { totalCount } }'],
    ['an alias like a prototype', '{ projects { nodes { __proto__: id } } }'],
    [
      'NUL in a text',
      'mutation ($n: String!) { createProject(input: { project: { name: $n } }) { clientMutationId } }',
      { n: 'a\u0000b' },
    ],
    [
      'not a number',
      'mutation { createTrainingVideo(input: { trainingVideo: { batchId: "00000000-0000-4000-8000-000000000000", filename: "x", url: "x", duration: "NaN" } }) { clientMutationId } }',
    ],
  ]);
  test.each(bad)('$what', async ({ query, variables }) => {
    const codes = await codesOf(alice, query, variables);
    expect(codes).toHaveLength(1);
    expect(['INVALID_INPUT', 'NOT_FOUND']).toContain(codes[0]);
  });

  test('refusals of HTTP itself carry a code too', async () => {
    const url = `${gateway.url}/graphql`;
    const answers = [
      await fetch(`${url}?query=mutation%7BensureUser(input:%7B%7D)%7BclientMutationId%7D%7D`),
      await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
      await fetch(url, { method: 'PUT' }),
      await fetch(url, { headers: { accept: 'text/html' } }),
    ];
    for (const answer of answers) {
      const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
      expect([answer.status, errors[0]?.extensions.code]).toEqual([answer.status, 'BAD_REQUEST']);
    }
    expect(answers.map((answer) => answer.status)).toEqual([405, 415, 405, 406]);
  });

  test('a quoted charset is as good as a plain one', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset="utf-8"' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(200);
  });

  test('two Authorization headers are none', async () => {
    const [one, two] = [await authorizationOf(alice), await authorizationOf(bob)];
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const sent = request({ hostname, port, path: '/graphql?query=%7Bme%7Bid%7D%7D' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.setHeader('authorization', [one ?? '', two ?? '']);
      sent.end();
    });
    expect(status).toBe(400);
  });
});

test('what a caller gave up is not worked out to its end', async () => {
  await database.asOwner(`
    create function public.projects_pause(project projects) returns text language sql stable set search_path = ''
    as $$ select pg_catalog.pg_sleep(0.3)::text $$;
    grant execute on function public.projects_pause(projects) to authenticated;
  `);
  const other = await startTestGateway(database, { DATABASE_POOL_SIZE: '1' });
  try {
    const abort = new AbortController();
    const fields = Array.from({ length: 40 }, (_, i) => `a${i}: projects(first: 1) { nodes { pause } }`).join(
      ' ',
    );
    const authorization = (await authorizationOf(alice)) ?? '';
    const given = fetch(`${other.url}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: `{ ${fields} }` }),
    }).catch((error: Error) => error.name);
    // Only a superuser sees what others wait for.
    const begun = () =>
      withClient(testServer().rootUrl, async (root) => {
        const sql = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = $1`;
        return (await root.query(sql, [databaseOf(database.ownerUrl)])).rowCount;
      });
    while ((await begun()) === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect(await given).toBe('AbortError');
    // 40 statements of 0.3 s each would hold the only connection for longer than a request waits for one.
    expect(await other.ask(anonymous, '{ resources { totalCount } }')).toMatchObject({ status: 200 });
  } finally {
    await other.stop();
  }
});
