import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema, specifiedRules } from 'graphql';
import { parseSettings } from '../../server/config';
import { readOperationLists } from '../../server/graphql/operationList';
import { createPersistedOperations, hashOf } from '../../server/graphql/persisted';
import { reporting } from '../../server/graphql/operations';
import { createGate, withQuery } from '../../server/graphql/gate';
import { asGraphQLError } from '../../server/graphql/mask';
import { DOCUMENT as WATCH } from '../../server/watch/follow';
import * as generated from '../../web/src/graphql/generated';
import { alice, authorizationOf, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type GraphQLAnswer, type TestGateway } from '../helpers/gateway';
import { emptyFolder } from '../helpers/process';
import { signIn } from '../helpers/sockets';

const LISTED = 'query Mine($first: Int = 10) { projects(first: $first) { nodes { name } } }';
const MUTATION = 'mutation Ensure { ensureUser(input: {}) { clientMutationId } }';
const FOLLOWED = 'subscription F($p: UUID!) { projectChanges(projectId: $p) { kind } }';
const OTHER = '{ projects { totalCount } }';
const BROKEN = 'query { not closed';
const OWN = parseSettings({}).persisted.files;
const MODES = ['off', 'allow', 'only'] as const;

let database: TestDatabase;
let project = '';
const gateways = new Map<string, TestGateway>();
const of = (mode: string): TestGateway => gateways.get(mode)!;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  project = await builders(database).project(alice, 'The lighthouse');
  const folder = await emptyFolder();
  const mine = path.join(folder, 'mine.json');
  await writeFile(mine, JSON.stringify({ [hashOf(LISTED)]: LISTED, [hashOf(MUTATION)]: MUTATION }));
  // As Apollo's tools write it.
  const apollo = path.join(folder, 'manifest.json');
  const operations = [FOLLOWED, BROKEN].map((body) => ({ id: hashOf(body), body, name: 'X', type: 'query' }));
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  await writeFile(apollo, JSON.stringify(manifest));
  for (const mode of MODES) {
    const files = [...OWN, mine, apollo].join(',');
    const variables = { PERSISTED_OPERATIONS: mode, PERSISTED_OPERATIONS_FILE: files };
    gateways.set(mode, await startTestGateway(database, variables));
  }
});
afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.stop()));
  await database?.drop();
});

interface Body {
  query?: string;
  variables?: object;
  extensions?: object;
}
const byHash = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } },
});

const fronts: Record<string, (gateway: TestGateway, actor: Actor, body: Body) => Promise<GraphQLAnswer>> = {
  POST: async (gateway, actor, body) => {
    const authorization = (await authorizationOf(actor))!;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });
    return { ...((await response.json()) as object), status: response.status };
  },
  GET: async (gateway, actor, { query, variables, extensions }) => {
    const params = new URLSearchParams({
      ...(query === undefined ? {} : { query }),
      ...(variables ? { variables: JSON.stringify(variables) } : {}),
      ...(extensions ? { extensions: JSON.stringify(extensions) } : {}),
    });
    const headers = { authorization: (await authorizationOf(actor))!, accept: 'application/json' };
    const response = await fetch(`${gateway.url}/graphql?${params.toString()}`, { headers });
    return { ...((await response.json()) as object), status: response.status };
  },
  socket: async (gateway, actor, payload) => {
    const client = await signIn(gateway.url, { authorization: await authorizationOf(actor) });
    client.send({ type: 'subscribe', id: '1', payload });
    const { type, payload: told } = await Promise.any([
      client.gets({ type: 'next' }),
      client.gets({ type: 'error' }),
    ]);
    client.socket.terminate();
    return { status: 200, ...((type === 'error' ? { errors: told } : told) as object) };
  },
};
const codeOf = ({ errors }: GraphQLAnswer) => errors?.[0]?.extensions?.code ?? 'answered';

describe.each(Object.keys(fronts))('over %s', (front) => {
  const ask = fronts[front]!;
  // What is sent, by whom, and what it comes to when there is no list, when it is allowed, and when it is all.
  const cases: [string, Actor, Body, [string, string, string]][] = [
    ['the text of a listed one', alice, { query: LISTED }, ['answered', 'answered', 'answered']],
    ['its hash', alice, byHash(LISTED), ['PERSISTED_QUERY_NOT_SUPPORTED', 'answered', 'answered']],
    [
      'its hash, with an empty text',
      alice,
      { query: '', ...byHash(LISTED) },
      ['PERSISTED_QUERY_NOT_SUPPORTED', 'answered', 'answered'],
    ],
    ['both', alice, { query: LISTED, ...byHash(LISTED) }, ['answered', 'answered', 'answered']],
    ['any other text', alice, { query: OTHER }, ['answered', 'answered', 'OPERATION_NOT_LISTED']],
    [
      'the same with a space more',
      alice,
      { query: `${LISTED} ` },
      ['answered', 'answered', 'OPERATION_NOT_LISTED'],
    ],
    [
      'another with its hash',
      alice,
      { query: OTHER, ...byHash(OTHER) },
      ['answered', 'answered', 'OPERATION_NOT_LISTED'],
    ],
    [
      'another with the hash of a listed one',
      alice,
      { query: OTHER, ...byHash(LISTED) },
      ['answered', 'BAD_REQUEST', 'BAD_REQUEST'],
    ],
    [
      'an unknown hash',
      alice,
      byHash(OTHER),
      ['PERSISTED_QUERY_NOT_SUPPORTED', 'PERSISTED_QUERY_NOT_FOUND', 'OPERATION_NOT_LISTED'],
    ],
    ['any text of a service', service, { query: OTHER }, ['answered', 'answered', 'answered']],
    [
      'an unknown hash of a service',
      service,
      byHash(OTHER),
      ['PERSISTED_QUERY_NOT_SUPPORTED', 'PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_FOUND'],
    ],
    [
      'what cannot be parsed, and is not: it is refused before',
      alice,
      { query: '{ projects {' },
      ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED', 'OPERATION_NOT_LISTED'],
    ],
    [
      'a listed one that cannot be parsed',
      alice,
      byHash(BROKEN),
      ['PERSISTED_QUERY_NOT_SUPPORTED', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED'],
    ],
    [
      'an empty text',
      alice,
      { query: '' },
      ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED', 'OPERATION_NOT_LISTED'],
    ],
    [
      'a hash of another version',
      alice,
      { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(LISTED) } } },
      ['BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST'],
    ],
    [
      'what is no hash',
      alice,
      { query: LISTED, extensions: { persistedQuery: { version: 1, sha256Hash: '__proto__' } } },
      ['BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST'],
    ],
    [
      'limits, which hold for a listed one too',
      alice,
      { ...byHash(LISTED), variables: { first: 5000 } },
      ['PERSISTED_QUERY_NOT_SUPPORTED', 'LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'],
    ],
  ];
  test.each(cases)('%s', async (_what, actor, body, codes) => {
    const told: unknown[] = [];
    // Twice: what is remembered of the first time must not change the second.
    for (const mode of MODES) {
      const first = codeOf(await ask(of(mode), actor, body));
      expect(codeOf(await ask(of(mode), actor, body))).toBe(first);
      told.push(first);
    }
    expect(told).toEqual(codes);
  });
});

test.each([
  ['/graphql', '/graphql'],
  ['/graphql?query={a}&extensions={}', '/graphql?query={a}&extensions={}'],
  ['/graphql?extensions={}', '/graphql?extensions={}&query='],
  ['/graphql?variables={"a":"why?"}&extensions={}', '/graphql?variables={"a":"why?"}&extensions={}&query='],
  [
    '/graphql?operationName=a?b&extensions={}&query={a}',
    '/graphql?operationName=a?b&extensions={}&query={a}',
  ],
])('an address of GET gets an empty text where it has none, and keeps the rest: %s', (url, read) => {
  expect(withQuery(url)).toBe(read);
});

test('a mutation by its hash is not for GET', async () => {
  expect((await fronts.GET!(of('only'), alice, byHash(MUTATION))).status).toBe(405);
  expect(codeOf(await fronts.POST!(of('only'), alice, byHash(MUTATION)))).toBe('answered');
});

test('a subscription is followed by its hash', async () => {
  const answer = await fronts.socket!(of('only'), alice, { ...byHash(FOLLOWED), variables: { p: project } });
  expect(answer.data).toEqual({ projectChanges: { kind: 'READY' } });
});

test('rights are those of who asks, not of who asked first', async () => {
  const [mine, others] = await Promise.all([
    fronts.POST!(of('only'), alice, byHash(LISTED)),
    fronts.POST!(of('only'), gpu1, byHash(LISTED)),
  ]);
  expect(mine.data).toEqual({ projects: { nodes: [{ name: 'The lighthouse' }] } });
  expect(codeOf(others)).toBe('FORBIDDEN');
});

describe('the list that codegen writes', () => {
  const list = readOperationLists(OWN);

  test('has every typed document, as it is sent, and that of npm run watch', () => {
    const texts = Object.entries(generated as Record<string, unknown>)
      .filter(([name]) => name.endsWith('Document'))
      .map(([, document]) => String(document));
    expect(texts.length).toBeGreaterThan(40);
    expect([...list.values()].sort()).toEqual([...texts, WATCH].sort());
  });

  test('is enough for a worker: it claims by its own documents where nothing else is answered', async () => {
    const variables = { workerId: 'gpu-1', runType: 'GPU' };
    const query = String(generated.ClaimNextTaskDocument);
    const answer = await fronts.POST!(of('only'), gpu1, { query, variables });
    expect(answer).toMatchObject({ data: { claimNextTask: { task: null } } });
  });
});

describe('a list', () => {
  const faults: [string, string, RegExp][] = [
    ['that is no JSON', '{', /JSON/],
    ['that is no object', '[]', /must hold an object/],
    ['whose operations are none', '{ "operations": 1 }', /operations must be a list/],
    [
      'with a hash that is another’s',
      JSON.stringify({ [hashOf('a')]: 'b' }),
      /is not the sha256 of its document/,
    ],
    ['with no text', JSON.stringify({ operations: [null] }), /is not the sha256/],
  ];
  test.each(faults)('%s is refused before anything starts, with its name', async (_what, content, words) => {
    const file = path.join(await emptyFolder(), 'list.json');
    await writeFile(file, content);
    const missing = `${file}.missing`;
    const start = () => startTestGateway(database, { PERSISTED_OPERATIONS_FILE: `${file},${missing}` });
    await expect(start()).rejects.toThrow(words);
    // All at once.
    await expect(start()).rejects.toThrow(/list\.json: [^]*list\.json\.missing: [^]*ENOENT/);
    const gateway = await startTestGateway(database, {
      ...{ PERSISTED_OPERATIONS: 'off', PERSISTED_OPERATIONS_FILE: missing },
    });
    await gateway.stop();
  });
});

describe('what is remembered', () => {
  const schema = () => buildSchema('type Query { a(b: Int): Int }');
  const listed = '{ a(b: 1) }';
  const persisted = createPersistedOperations('allow', new Map([[hashOf(listed), listed]]));
  const gate = createGate({ introspection: true, suggestions: true }, persisted);

  const limits = { textBytes: 1_000_000, tokens: 1_000_000 };
  const parse = (text: string) => gate.parse(text, limits);

  test('a listed document is parsed once, any other once while few others were asked for since', () => {
    const [first, other] = [parse(listed), parse('{ a }')];
    expect(parse('{ a }')).toBe(other);
    for (let n = 0; n < 5; n++) parse(`{ a } # ${String(n).repeat(100_000)}`);
    expect(parse('{ a }')).not.toBe(other);
    expect(parse(listed)).toBe(first);
  });

  test('what is too large to be parsed is refused each time', () => {
    for (let time = 0; time < 2; time++)
      expect(() => gate.parse('{ a a }', { ...limits, textBytes: 3 })).toThrow(/3 bytes/);
  });

  test('it is held against each rule once for a schema, and against what is made for the request each time', () => {
    let asked = 0;
    const counting = () => (asked++, {});
    const document = parse(listed);
    const [one, other] = [schema(), schema()];
    const rules = [...specifiedRules, counting];
    for (const against of [one, one, other, one]) expect(gate.validate(against, document, rules)).toEqual([]);
    expect(asked).toBe(2);
    const refusal = asGraphQLError({ code: 'LIMIT_EXCEEDED', message: 'Too much.' });
    expect(gate.validate(one, document, [reporting(refusal)])).toEqual([refusal]);
    expect(gate.validate(one, document, rules)).toEqual([]);
    // As one that is not on the list, for as long as it is held.
    const unlisted = parse('{ a(b: 2) }');
    for (const against of [one, one]) gate.validate(against, unlisted, rules);
    expect(asked).toBe(3);
  });

  test('a document that does not fit is told so each time', () => {
    const other = buildSchema('type Query { c: Int }');
    for (let time = 0; time < 2; time++)
      expect(gate.validate(other, parse(listed), specifiedRules)).toHaveLength(1);
  });
});
