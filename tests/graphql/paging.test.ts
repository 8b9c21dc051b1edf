import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type GraphQLAnswer, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  project = await make.project(alice);
  // All at one instant: only a unique column at the end can keep their order.
  await database.query(
    alice,
    `insert into generations (project_id, name) select $1, case when i % 3 > 0 then 'n' || i % 7 end from generate_series(1, 250) i`,
    [project],
  );
  await database.asOwner(`
    create function public.projects_all_generations(project projects) returns setof generations
    language sql stable set search_path = '' as $$ select * from public.generations g where g.project_id = project.id $$;
    create function public.every_generation() returns setof generations
    language sql stable set search_path = '' as $$ select * from public.generations $$;
    grant execute on function public.projects_all_generations(projects), public.every_generation() to authenticated;
  `);
  gateway = await startTestGateway(database);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

interface Page {
  nodes: { id: string }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
const PAGE = '{ nodes { id } totalCount pageInfo { hasNextPage endCursor } }';

test('a list that names no size gives a page of 100: at the root, nested, and of a function', async () => {
  const answer = await gateway.ask<{
    generations: Page;
    everyGeneration: Page;
    project: { generations: Page; allGenerations: Page };
  }>(
    alice,
    `{ generations ${PAGE} everyGeneration ${PAGE} project(id: "${project}") { generations ${PAGE} allGenerations ${PAGE} } }`,
  );
  const pages = [
    answer.data?.generations,
    answer.data?.everyGeneration,
    answer.data?.project.generations,
    answer.data?.project.allGenerations,
  ];
  expect(pages.map((page) => [page?.nodes.length, page?.totalCount, page?.pageInfo.hasNextPage])).toEqual(
    pages.map(() => [100, 250, true]),
  );
});

test('a size that is named is kept, up to 1,000', async () => {
  const ask = (size: number) =>
    gateway.ask<{ generations: Page }>(alice, `query ($n: Int) { generations(first: $n) ${PAGE} }`, {
      n: size,
    });
  expect((await ask(3)).data?.generations.nodes).toHaveLength(3);
  expect((await ask(0)).data?.generations.nodes).toHaveLength(0);
  expect((await ask(1000)).data?.generations.nodes).toHaveLength(250);
  expect((await ask(1001)).errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED');
});

test.each([
  ['a variable’s default', 'query ($n: Int = 5000) { generations(first: $n) { totalCount } }'],
  ['a nested list', '{ projects { nodes { generations(last: 5000) { totalCount } } } }'],
  ['a fragment', 'query { ...f } fragment f on Query { generations(first: 5000) { totalCount } }'],
  ['a function', '{ everyGeneration(first: 5000) { totalCount } }'],
])('a size above that is refused in %s', async (_where, query) => {
  const answer = await gateway.ask(alice, query);
  expect(answer.errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED');
  expect(answer.data).toBeUndefined();
});

test.each(['CREATED_AT_DESC', 'NAME_ASC', 'NAME_DESC', 'STARRED_ASC', 'PRIMARY_KEY_DESC'])(
  'page after page by %s gives each row once, also when the sort values are equal or null',
  async (order) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const answer = await gateway.ask<{ generations: Page }>(
        alice,
        `query ($after: Cursor) { generations(first: 40, after: $after, orderBy: [${order}]) ${PAGE} }`,
        { after },
      );
      const page = answer.data?.generations as Page;
      seen.push(...page.nodes.map((node) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toHaveLength(250);
    expect(new Set(seen).size).toBe(250);
  },
);

test.each(['NAME_ASC', 'NAME_DESC'])('page before page by %s gives each row once', async (order) => {
  const seen: string[] = [];
  let before: string | null = null;
  for (let page = 0; page < 7; page++) {
    const answer: GraphQLAnswer<{ generations: Page & { pageInfo: { startCursor: string } } }> =
      await gateway.ask(
        alice,
        `query ($before: Cursor) { generations(last: 40, before: $before, orderBy: [${order}]) { nodes { id } pageInfo { startCursor } } }`,
        { before },
      );
    seen.unshift(...(answer.data?.generations.nodes.map((node) => node.id) ?? []));
    before = answer.data?.generations.pageInfo.startCursor ?? null;
  }
  expect(seen).toHaveLength(250);
  expect(new Set(seen).size).toBe(250);
});

test('a cursor of another order is refused and does not end the list', async () => {
  const first = await gateway.ask<{ generations: Page }>(
    alice,
    `{ generations(first: 2, orderBy: [NAME_ASC]) ${PAGE} }`,
  );
  const answer = await gateway.ask(
    alice,
    `query ($after: Cursor) { generations(after: $after) { nodes { id } } }`,
    {
      after: first.data?.generations.pageInfo.endCursor,
    },
  );
  expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' }, path: ['generations'] });
});

test('a filter that is null, or given as nothing, filters nothing', async () => {
  const answer = await gateway.ask<{ generations: Page }>(
    alice,
    `query ($name: StringFilter) { generations(filter: { name: $name }) { totalCount } }`,
    { name: null },
  );
  expect(answer.data?.generations.totalCount).toBe(250);
});

test('page N by offset gives the same rows as the pages before it leave', async () => {
  const by = (offset: number, first: number) =>
    gateway.ask<{ generations: Page }>(
      alice,
      `{ generations(first: ${first}, offset: ${offset}, orderBy: [CREATED_AT_DESC]) ${PAGE} }`,
    );
  const all = (await by(0, 250)).data?.generations.nodes.map((node) => node.id);
  const third = (await by(96, 48)).data?.generations.nodes.map((node) => node.id);
  expect(third).toEqual(all?.slice(96, 144));
});
