import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  const signature =
    'colour text, shades text[], thinner text, coats int default 1, brushes uuid[] default null';
  for (const [name, kind] of [
    ['paint', 'volatile'],
    ['painted', 'stable'],
  ] as const) {
    await database.asOwner(
      `create function public.${name}(${signature}) returns text language sql ${kind}
       begin atomic select ${name}.colour || ', ' || coalesce(${name}.thinner, 'pure') || ', ' || ${name}.coats; end`,
    );
    await database.asOwner(`grant execute on function public.${name} to authenticated`);
    await database.asOwner(`comment on function public.${name} is E'@nullableArgs thinner\\nOf paint.'`);
  }
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

test.each([
  ['a mutation', '__type(name: "PaintInput") { args: inputFields { name type { ...Type } } }'],
  ['a query', '__type(name: "Query") { fields { name args { name type { ...Type } } } }'],
])(
  'of %s: given without a default, optional with one, and null where the function says so',
  async (_, of) => {
    interface Type {
      kind: string;
      name: string | null;
      ofType?: Type;
    }
    interface Holder {
      name?: string;
      args: { name: string; type: Type }[];
    }
    const written = ({ kind, name, ofType }: Type): string => {
      const inner = ofType ? written(ofType) : (name ?? '');
      return kind === 'NON_NULL' ? `${inner}!` : kind === 'LIST' ? `[${inner}]` : inner;
    };
    const { data } = await gateway.ask<{ __type: Holder & { fields?: Holder[] } }>(
      alice,
      `{ ${of} } fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`,
    );
    const holder = data?.__type.fields?.find(({ name }) => name === 'painted') ?? data?.__type;
    const types = holder?.args.map(({ name, type }) => [name, written(type)]);
    expect(Object.fromEntries(types ?? [])).toMatchObject({
      ...{ colour: 'String!', shades: '[String!]!', thinner: 'String', coats: 'Int', brushes: '[UUID!]' },
    });
  },
);

const REFUSED: [what: string, input: string, words: string][] = [
  ['one that is left out', 'shades: []', 'PaintInput.colour'],
  ['null', 'colour: null, shades: []', 'String!'],
  ['null in a list', 'colour: "red", shades: ["dark", null]', 'String!'],
];
test.each(REFUSED)('%s is refused before anything runs, and named', async (_, input, words) => {
  const answer = await gateway.ask(alice, `mutation { paint(input: { ${input} }) { string } }`);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  expect(answer.errors?.[0]?.message).toContain(words);
});

test('in variables it is refused as well', async () => {
  const answer = await gateway.ask(
    alice,
    'mutation ($input: PaintInput!) { paint(input: $input) { string } }',
    { input: { colour: 'red', shades: [null] } },
  );
  expect(answer.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
});

test('what may be null or has a default can be left out, or null', async () => {
  const answer = await gateway.ask(
    alice,
    `mutation {
       bare: paint(input: { colour: "red", shades: [] }) { string }
       null: paint(input: { colour: "red", shades: [], thinner: null, coats: null, brushes: null }) { string }
     }`,
  );
  expect(answer.data).toEqual({ bare: { string: 'red, pure, 1' }, null: { string: 'red, pure, 1' } });
});

test('a tag that names no argument stops the gateway from starting, by name', async () => {
  await database.asOwner(`comment on function paint is E'@nullableArgs tinner\\nOf paint.'`);
  await expect(startTestGateway(database)).rejects.toThrow('paint has no argument "tinner"');
});
