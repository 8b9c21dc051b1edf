import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  for (const [name, kind, tags] of [
    ['paint', 'volatile', String.raw`@arg main_colour The colour.\n@arg coats How often. Default: 1.\n`],
    ['painted', 'stable', String.raw`@arg main_colour The colour.\n@arg coats How often. Default: 1.\n`],
    ['sketch', 'volatile', String.raw`@arg main_colour The colour.\n`],
  ] as const) {
    await database.asOwner(
      `create function public.${name}(main_colour text, coats int default 1, out layers text)
       language sql ${kind} begin atomic select main_colour || coats; end`,
    );
    await database.asOwner(`grant execute on function public.${name} to authenticated`);
    await database.asOwner(`comment on function public.${name} is E'${tags}Of paint.'`);
  }
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const DESCRIBED = { mainColour: 'The colour.', coats: 'How often. Default: 1.' };
test.each([
  ['a mutation', '__type(name: "PaintInput") { args: inputFields { name description } }', DESCRIBED],
  ['a query', '__type(name: "Query") { fields { name args { name description } } }', DESCRIBED],
  [
    'a function with one tag',
    '__type(name: "SketchInput") { args: inputFields { name description } }',
    { mainColour: 'The colour.', coats: null },
  ],
])('the arguments of %s have the words of their tags', async (_, of, expected) => {
  interface Holder {
    name?: string;
    args: { name: string; description: string | null }[];
  }
  const { data } = await gateway.ask<{ __type: Holder & { fields?: Holder[] } }>(alice, `{ ${of} }`);
  const holder = data?.__type.fields?.find(({ name }) => name === 'painted') ?? data?.__type;
  const words = holder?.args.map(({ name, description }) => [name, description] as const);
  expect(Object.fromEntries(words ?? [])).toMatchObject(expected);
});

test.each(['main_color', 'mainColour', 'layers'])(
  'a tag for %s, which is no argument, stops the gateway from starting, by name',
  async (name) => {
    await database.asOwner(`comment on function paint is E'@arg ${name} The colour.\\nOf paint.'`);
    await expect(startTestGateway(database)).rejects.toThrow(`paint has no argument "${name}"`);
  },
);
