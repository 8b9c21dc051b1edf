import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  gateway = await startTestGateway(database, { FILTER_TEXT_BYTES: '1000000' });
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const codesOf = async (query: string, variables?: Record<string, unknown>) =>
  (await gateway.ask(alice, query, variables)).errors?.map((error) => error.extensions?.code);
const times = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');
const projects = async () => Number((await database.query(alice, 'select from projects')).length);
const REFUSED = ['LIMIT_EXCEEDED'];

describe('values count as often as they are used', () => {
  const KB = 1_000;
  const text = (bytes: number) => 'x'.repeat(bytes);
  const named = 'filter: { name: { equalTo: $x } }';

  test('a variable in 500 tasks of one mutation is refused, and quickly', async () => {
    const begun = performance.now();
    const tasks = times(500, () => '{ taskType: "image", params: $x }');
    const codes = await codesOf(
      `mutation ($x: JSON) { enqueueTasks(input: { projectId: "${alice.id}", tasks: [${tasks}] }) { clientMutationId } }`,
      { x: { a: text(490 * KB) } },
    );
    expect(codes).toEqual(REFUSED);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  const x = text(510 * KB);
  const cases: [string, string, { x?: string }][] = [
    [
      'in two fields',
      `query ($x: String) { a: projects(${named}) { totalCount } b: projects(${named}) { totalCount } }`,
      { x },
    ],
    [
      'in a fragment that is spread twice',
      `query ($x: String) { a: me { ...F } b: me { ...F } } fragment F on User { projects(${named}) { totalCount } }`,
      { x },
    ],
    [
      'by a default',
      `query ($x: String = "${x}") { a: projects(${named}) { totalCount } b: projects(${named}) { totalCount } }`,
      {},
    ],
    [
      'not by a variable but in a fragment that is spread twice',
      `{ a: me { ...F } b: me { ...F } } fragment F on User { projects(${named.replace('$x', `"${x}"`)}) { totalCount } }`,
      {},
    ],
  ];
  test.each(cases)('twice %s', async (_where, query, variables) => {
    expect(await codesOf(query, variables)).toEqual(REFUSED);
  });

  test('in bytes and not in characters', async () => {
    const twice = cases[0]![1];
    expect(await codesOf(twice, { x: '\u20ac'.repeat(170 * KB) })).toEqual(REFUSED);
    expect(await codesOf(twice, { x: '\u20ac'.repeat(160 * KB) })).toBeUndefined();
  });

  test('what is used once passes at nearly the size of a body', async () => {
    const query = `query ($x: String) { projects(${named}) { totalCount } }`;
    expect(await codesOf(query, { x: text(990 * KB) })).toBeUndefined();
  });
});

describe('a mutation makes 20 changes at most', () => {
  const create = (n: number) =>
    `a${n}: createProject(input: { project: { name: "p${n}" } }) { clientMutationId }`;
  const cases: [string, string][] = [
    ['by aliases', `mutation { ${times(21, create)} }`],
    [
      'by fragments',
      `mutation { ...F ... { ${create(20)} } } fragment F on Mutation { ...G } fragment G on Mutation { ${times(20, create)} }`,
    ],
  ];
  test.each(cases)('21 %s are refused, and none is made', async (_how, query) => {
    const before = await projects();
    expect(await codesOf(query)).toEqual(REFUSED);
    expect(await projects()).toBe(before);
  });

  test('20 are made, and a query may have more fields', async () => {
    const before = await projects();
    expect(await codesOf(`mutation { ${times(20, create)} }`)).toBeUndefined();
    expect(await projects()).toBe(before + 20);
    expect(await codesOf(`{ ${times(30, (n) => `a${n}: __typename`)} }`)).toBeUndefined();
  });

  test('or as many as MUTATION_FIELDS_MAX says', async () => {
    const other = await startTestGateway(database, { MUTATION_FIELDS_MAX: '1' });
    try {
      const answer = await other.ask(alice, `mutation { ${times(2, create)} }`);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
    } finally {
      await other.stop();
    }
  });
});
