import fc from 'fast-check';
import { getOperationAST, parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { Client, type Pool } from 'pg';
import type { Claims } from '../../../server/auth/claims';
import { withScope } from '../../../server/auth/scope';
import { createExecutor } from '../../../server/graphql/execute';
import { createKeeper, type Keeper } from '../../../server/graphql/kept/keeper';
import { buildApi, type Api } from '../../../server/graphql/schema';
import { createLogger } from '../../../server/log';
import { parseSettings } from '../../../server/config';
import { createPool } from '../../../server/postgres/pool';
import { createPreparer } from '../../../server/postgres/prepared';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alice, anonymous, bob, claimsFor, gpu1, service, type Actor } from '../../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../../helpers/database';
import { START } from '../../helpers/histories';
import { builders } from '../../helpers/builders';
import { likeThese, variablesOf, type Values } from './variables';

const FILE = path.resolve(__dirname, '../../../schema/persisted-operations.json');
const log = createLogger(parseSettings({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }));

/** Beside the studio's: what it does not ask. */
const OTHERS = `
  query Aliases($a: UUID!, $b: UUID!, $some: Boolean = true) {
    one: generation(id: $a) { id, again: id, ...Half @include(if: $some), prompt @skip(if: $some) }
    two: generation(id: $b) { __typename id variants(first: 1) { nodes { id } pageInfo { endCursor hasNextPage } edges { cursor } } }
    __typename
  }
  fragment Half on Generation { id project { id name } }
  query Lists($first: Int, $offset: Int, $filter: GenerationFilter, $after: Cursor) {
    generations(first: $first, offset: $offset, after: $after, filter: $filter) { totalCount nodes { id location } }
  }
  query Since($since: Datetime, $types: [String!], $ids: [UUID!], $numbers: [Int!]) {
    generations(first: 20, filter: {
      createdAt: { greaterThan: $since }, type: { in: $types }, id: { in: $ids }
      shotGenerations: { some: { position: { in: $numbers } } }
    }) { totalCount }
  }
  query Twice($filter: GenerationFilter) {
    one: generations(first: 2, filter: $filter) { nodes { id } }
    two: generations(first: 2, filter: $filter) { nodes { id } }
  }
  query Node($id: ID!) { node(nodeId: $id) { nodeId } }
  query Functions($id: UUID!, $text: String!) { mayFail(id: $id, what: $text) }
`;

let database: TestDatabase;
let pool: Pool;
let api: Api;
let ids: string[];
let operations: { document: DocumentNode; name: string }[];

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).account(bob);
  await database.asOwner(START);
  await database.asOwner(`
    create function public.may_fail(id uuid, what text) returns text language plpgsql stable set search_path = '' as $$
    begin
      if what like '%$1' then raise exception 'no' using errcode = 'RG404'; end if;
      return what || id;
    end $$;
    grant execute on function public.may_fail(uuid, text) to authenticated, anon, worker, service_role`);
  pool = createPool(
    { url: database.authUrl, size: 4, connectTimeoutMs: 5_000, answerTimeoutMs: 20_000, pipeline: true },
    log,
  );
  api = await buildApi(pool, parseSettings({}).pageSize, {
    open: ({ bucket, name }) => `open:${bucket}/${name}`,
    signed: ({ bucket, name }) => Promise.resolve(`signed:${bucket}/${name}`),
  });
  ids = (
    await database.asOwner<{ id: string }>(
      `select id::text from projects union all select id::text from shots union all
       (select id::text from generations order by id limit 10) union all (select id::text from generation_variants order by id limit 5)`,
    )
  ).map(({ id }) => id);
  const listed = Object.values(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>);
  operations = [...listed, OTHERS].flatMap((text) => {
    const document = parse(text);
    return document.definitions.flatMap((definition) =>
      definition.kind === 'OperationDefinition' && definition.operation === 'query'
        ? [{ document, name: definition.name?.value ?? '' }]
        : [],
    );
  });
});

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

function executorWith(keeper?: Keeper, preparer = createPreparer()) {
  const timeout = 10_000;
  const execute = createExecutor({
    runInScope: (scope, use) => withScope(pool, scope, use),
    statementTimeouts: { anon: timeout, authenticated: timeout, worker: timeout, service_role: timeout },
    resultLimitBytes: 10_000_000,
    constraints: () => api.constraints,
    preparer,
    ...(keeper ? { keeper } : {}),
  });
  return async (claims: Claims, document: DocumentNode, operationName: string, variableValues: Values) =>
    plain(
      await execute({
        ...{ schema: api.schema, document, operationName, variableValues },
        contextValue: { claims, caller: 'one', requestId: 'r', log },
      }),
    );
}

/** As it is sent. */
const plain = ({ data, errors }: ExecutionResult) =>
  JSON.stringify({
    data,
    errors: errors?.map(({ message, path: at, extensions }) => ({ message, at, extensions })),
  });

/** Counts what was answered without graphql-js. */
function counting(keeper: Keeper) {
  const counts = { planned: 0, compiled: 0 };
  const counted: Keeper = {
    planOf: (args) => {
      const plan = keeper.planOf(args);
      if (!plan) return undefined;
      counts.planned++;
      return {
        ...plan,
        answer: async (given) => {
          const data = await plan.answer?.(given);
          if (data) counts.compiled++;
          return data;
        },
      };
    },
  };
  return { counts, counted };
}

const ACTORS: Actor[] = [alice, bob, anonymous, gpu1, service];
const RUNS = Number(process.env.KEPT_RUNS ?? 10);

test('each query is answered as if its statements were written anew, whoever asks, whatever for', async () => {
  const { counts, counted } = counting(createKeeper(1));
  const [kept, anew] = [executorWith(counted), executorWith()];
  let asked = 0;
  for (const { document, name } of operations) {
    const operation = getOperationAST(document, name)!;
    await fc.assert(
      fc.asyncProperty(
        variablesOf(api.schema, operation, ids),
        fc.constantFrom(...ACTORS),
        fc.constantFrom(...ACTORS),
        fc.integer({ min: 1, max: 4 }),
        async (first, one, other, by) => {
          for (const [actor, values] of [
            [one, first],
            [other, likeThese(first, ids, by) as Values],
            [one, likeThese(first, ids, by + 1) as Values],
          ] as const) {
            asked++;
            const told = await kept(claimsFor(actor), document, name, values);
            expect(told).toBe(await anew(claimsFor(actor), document, name, values));
            expect(told).not.toContain('INTERNAL');
          }
        },
      ),
      { numRuns: RUNS },
    );
  }
  // Else the test would show nothing.
  expect(operations.length).toBeGreaterThan(15);
  expect(counts.planned).toBeGreaterThan(asked / 2);
  expect(counts.compiled).toBeGreaterThan(asked / 4);
}, 300_000);

describe('plans', () => {
  const planOf = (keeper: Keeper, name: string, variableValues: Values) => {
    const { document } = operations.find((each) => each.name === name)!;
    return keeper.planOf({
      schema: api.schema,
      document,
      operationName: name,
      variableValues,
      contextValue: {},
    });
  };
  const textsOf = (plan: ReturnType<typeof planOf>) =>
    [...(plan?.statements.values() ?? [])].map(({ text }) => text);
  const page = (more: Values) => ({ first: 2, ...more });

  test('there is none before it is worth it', () => {
    const keeper = createKeeper(3);
    const variables = { id: ids[0], text: 'x' };
    expect(planOf(keeper, 'Functions', variables)).toBeUndefined();
    expect(planOf(keeper, 'Functions', { id: ids[1], text: 'y' })).toBeUndefined();
    expect(planOf(keeper, 'Functions', variables)).toBeDefined();
  });

  test('all pages of a list are one statement, but the first; another size is another one', () => {
    const keeper = createKeeper(1);
    const [first, second, third, wider] = [
      ...[0, 2, 4].map((offset) => planOf(keeper, 'Lists', page({ offset }))),
      planOf(keeper, 'Lists', page({ offset: 2, first: 3 })),
    ];
    expect(second).toBe(third);
    const [text = ''] = textsOf(second);
    expect(text).toMatch(/offset \$\d+::int/i);
    expect(textsOf(first)).not.toEqual(textsOf(second));
    expect(textsOf(wider)).not.toEqual(textsOf(second));
    expect([...(second?.statements.values() ?? [])][0]?.valuesFor(page({ offset: 4 }))).toContain(4);
  });

  test('what decides how a statement is written makes a plan of its own', () => {
    const keeper = createKeeper(1);
    const textOf = (filter: Values) => textsOf(planOf(keeper, 'Lists', page({ filter }))).join();
    const [one, other, none] = ['a', 'b', ''].map((text) => textOf({ location: { equalTo: text } }));
    expect(one).toBe(other);
    expect(none).not.toBe(one);
    const [two, three] = [2, 3].map((count) => textOf({ id: { in: ids.slice(0, count) } }));
    expect(two).not.toBe(three);
    const [yes, no] = [true, false].map((isChild) => textOf({ isChild: { equalTo: isChild } }));
    expect(yes).not.toBe(no);
    expect(yes).toContain("'true'");
    // What is written into a pattern is no longer what was sent.
    expect(textOf({ location: { startsWith: '50%' } })).toBe('');
    expect(planOf(keeper, 'Aliases', { a: ids[0], b: ids[1], some: true })?.asks).toBe(2);
    expect(planOf(keeper, 'Aliases', { a: ids[0], b: ids[1], some: false })).not.toBe(
      planOf(keeper, 'Aliases', { a: ids[0], b: ids[1] }),
    );
  });

  test('values that nest without end, or are too many, are none', () => {
    const keeper = createKeeper(1);
    let deep: unknown = 'x';
    for (let n = 0; n < 100_000; n++) deep = [deep];
    for (const wrong of [deep, { a: deep }, Array.from({ length: 1_000 }, () => ids[0])])
      for (const variables of [
        { after: wrong },
        { offset: wrong },
        { filter: wrong },
        { filter: { id: { in: wrong } } },
      ])
        expect(planOf(keeper, 'Lists', page(variables))).toBeUndefined();
    expect(planOf(keeper, 'Lists', page({ after: 'x'.repeat(10_000) }))).toBeUndefined();
  });

  test('one that stands for a list, and infinity, which is written like nothing, have none', () => {
    const keeper = createKeeper(1);
    const nothing = { since: null, types: null, ids: null, numbers: null };
    expect(planOf(keeper, 'Since', nothing)).toBeDefined();
    for (const one of [{ since: Infinity }, { types: 'image' }, { ids: ids[0] }, { numbers: 5 }])
      expect(planOf(keeper, 'Since', { ...nothing, ...one })).toBeUndefined();
    expect(planOf(keeper, 'Lists', { filter: { or: { type: { equalTo: 'image' } } } })).toBeUndefined();
  });

  test('pages that are all different are one statement at the third, whatever somebody else asked before', () => {
    const keeper = createKeeper(3);
    for (let turn = 0; turn < 4; turn++)
      expect(planOf(keeper, 'Lists', page({ offset: 7, after: 'garbage' }))).toBeUndefined();
    const found = [10, 11, 12, 13].map((offset) => planOf(keeper, 'Lists', page({ offset })));
    expect(found.map((plan) => plan !== undefined)).toEqual([false, false, true, true]);
    expect(found[3]).toBe(found[2]);
  });

  test('many numbers are not tried one by one', () => {
    const names = Array.from({ length: 48 }, (_, n) => `v${n}`);
    const document = parse(
      `query Many(${names.map((name) => `$${name}: Int`).join(' ')}) {
        ${names.map((name) => `${name}: generations(first: $${name}) { nodes { id } }`).join('\n')} }`,
    );
    const field = api.schema.getQueryType()!.getFields().generations!;
    const resolve = field.resolve!;
    let written = 0;
    field.resolve = (...given) => {
      written++;
      return resolve(...given) as unknown;
    };
    try {
      const variableValues = Object.fromEntries(names.map((name) => [name, 2]));
      createKeeper(1).planOf({ schema: api.schema, document, variableValues, contextValue: {} });
    } finally {
      field.resolve = resolve;
    }
    // Plain, all together, three one by one: each three times.
    expect(written / names.length).toBeLessThanOrEqual(15);
  });

  test('a change has none', () => {
    const document = parse('mutation M { __typename }');
    expect(createKeeper(1).planOf({ schema: api.schema, document, contextValue: {} })).toBeUndefined();
  });
});

test('a query that is known goes to the database in one piece, its end included', async () => {
  const [kept] = [executorWith(createKeeper(1))];
  const { document } = operations.find(({ name }) => name === 'Aliases')!;
  const ask = () => kept(claimsFor(alice), document, 'Aliases', { a: ids[0], b: ids[1] });
  await ask();
  const events: string[] = [];
  const real = Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
  const spy = jest.spyOn(Client.prototype as { query: typeof real }, 'query').mockImplementation(function (
    this: Client,
    ...args: unknown[]
  ) {
    const { text } = args[0] as { text: string };
    events.push(text.slice(0, 6));
    return real.apply(this, args).then((answer) => {
      events.push('answer');
      return answer;
    });
  });
  try {
    await ask();
  } finally {
    spy.mockRestore();
  }
  expect(events).toEqual(['begin ', 'select', 'select', 'commit', 'answer', 'answer', 'answer', 'answer']);
});

test('a statement that fails in it is told, and leaves the connection as it was', async () => {
  const kept = executorWith(createKeeper(1));
  const { document } = operations.find(({ name }) => name === 'Functions')!;
  const ask = (text: string) => kept(claimsFor(alice), document, 'Functions', { id: ids[0], text });
  for (let turn = 0; turn < 8; turn++) {
    expect(await ask('fine')).toContain(`"mayFail":"fine${ids[0]}"`);
    expect(await ask("it's $1")).toMatch(/"mayFail":null.*"errors":\[\{"message":"no"/);
  }
  expect(pool.totalCount).toBeLessThanOrEqual(4);
  const { rows } = await pool.query<{ role: string }>('select current_user as role');
  expect(rows[0]?.role).toBe('reigh_authenticator');
});

test('a value that is found wrong when a statement is made does not end the preparing of statements', async () => {
  const preparer = createPreparer();
  const kept = executorWith(createKeeper(1), preparer);
  const { document } = operations.find(({ name }) => name === 'Twice')!;
  const wrong = { filter: { createdAt: { greaterThan: 'garbage' } } };
  for (let turn = 0; turn < 6; turn++)
    expect(await kept(claimsFor(alice), document, 'Twice', wrong)).toMatch(
      /"one":null,"two":null.*INVALID_INPUT/,
    );
  const client = await pool.connect();
  const names = [1, 2, 3].map(() => preparer.of(client, 'select $1::int').name);
  client.release();
  expect(names[2]).toMatch(/^read_/);
});
