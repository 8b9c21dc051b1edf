import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';
let shot = '';

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await database.asOwner(`update users set username = 'Bob' where id = $1`, [bob.id]);
  project = await make.project(alice);
  shot = await make.shot(alice, project);
  // A fault of ours, to see that it is masked: the text names what must not get out.
  await database.asOwner(`
    create function public.projects_secret_fault(project projects) returns int language plpgsql stable set search_path = ''
    as $$ begin raise exception 'internal detail: table app_private.secrets' using errcode = 'XX000'; end $$;
    create function public.projects_slow(project projects) returns text language sql stable set search_path = ''
    as $$ select pg_catalog.pg_sleep(5)::text $$;
    create function app_private.write_anyway() returns int language sql volatile set search_path = ''
    as $$ update public.projects set name = name returning 1 $$;
    grant usage on schema app_private to authenticated;
    grant execute on function app_private.write_anyway() to authenticated;
    create function public.projects_write_in_query(project projects) returns int language plpgsql stable set search_path = ''
    as $$ begin return app_private.write_anyway(); end $$;
    create function public.raise_code(code text) returns int language plpgsql volatile set search_path = ''
    as $$ begin raise exception 'A sentence for the caller.' using errcode = code; end $$;
    create table public.late (id int primary key generated always as identity, parent int references public.late deferrable initially deferred);
    create function public.fail_at_commit() returns int language sql volatile set search_path = ''
    as $$ insert into public.late (parent) values (-1) returning 1 $$;
    alter table public.late enable row level security;
    create policy late_all on public.late for all to authenticated using (true) with check (true);
    grant insert (parent), select on public.late to authenticated;
    grant execute on function public.projects_secret_fault(projects), public.projects_slow(projects),
      public.projects_write_in_query(projects), public.raise_code(text), public.fail_at_commit() to authenticated;
  `);
  gateway = await startTestGateway(database, { STATEMENT_TIMEOUT_MS: '500', BODY_LIMIT_BYTES: '20000' });
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

async function errorOf(actor: Actor, query: string, variables?: Record<string, unknown>) {
  const answer = await gateway.ask(actor, query, variables);
  const [error] = answer.errors ?? [];
  return { code: error?.extensions?.code, message: error?.message, status: answer.status };
}

const createProject =
  'mutation ($name: String!) { createProject(input: { project: { name: $name } }) { project { id } } }';

describe('what a caller is told', () => {
  const cases: [string, () => Promise<{ code: unknown; message: unknown }>, string, string][] = [
    [
      'a rule of the database that is broken',
      () => errorOf(alice, createProject, { name: ' ' }),
      'INVALID_INPUT',
      'A project needs a name of 1 to 200 characters.',
    ],
    [
      'a name that is taken, in whatever case',
      () =>
        errorOf(
          alice,
          `mutation { updateUser(input: { id: "${alice.id}", patch: { username: "bOB" } }) { user { id } } }`,
        ),
      'CONFLICT',
      'That username is taken. Choose another one.',
    ],
    [
      'a reference to nothing',
      () =>
        errorOf(
          alice,
          `mutation { createGeneration(input: { generation: { projectId: "${project}", basedOn: "${shot}" } }) { clientMutationId } }`,
        ),
      'NOT_FOUND',
      'basedOn names a row that does not exist.',
    ],
    [
      'a shot that does not exist',
      () =>
        errorOf(
          alice,
          `mutation { createShotGeneration(input: { shotGeneration: { shotId: "${project}", generationId: "${shot}" } }) { clientMutationId } }`,
        ),
      'NOT_FOUND',
      'There is no shot',
    ],
    [
      'a row that is not there',
      () =>
        errorOf(
          alice,
          `mutation { updateShot(input: { id: "${project}", patch: { name: "x" } }) { shot { id } } }`,
        ),
      'NOT_FOUND',
      'There is no such row.',
    ],
    [
      'somebody else’s project',
      () =>
        errorOf(
          bob,
          `mutation { createShot(input: { shot: { projectId: "${project}", name: "x" } }) { shot { id } } }`,
        ),
      'FORBIDDEN',
      'You may not do this, or a row you named is not yours.',
    ],
    [
      'a role that has no right',
      () => errorOf(gpu1, '{ projects { totalCount } }'),
      'FORBIDDEN',
      'You may not do this',
    ],
    [
      'a variable of the wrong form',
      () => errorOf(alice, 'query ($id: UUID!) { project(id: $id) { id } }', { id: 'no uuid' }),
      'INVALID_INPUT',
      'Variable "$id" got invalid value',
    ],
    ['a document that is none', () => errorOf(alice, '{ projects {'), 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
    [
      'a field that is none',
      () => errorOf(alice, '{ projcts { totalCount } }'),
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field',
    ],
    [
      'a page that is too large',
      () => errorOf(alice, '{ projects(first: 1001) { totalCount } }'),
      'LIMIT_EXCEEDED',
      'first can be 1000 at most',
    ],
    [
      'a page of less than nothing',
      () => errorOf(alice, '{ projects(first: -1) { totalCount } }'),
      'INVALID_INPUT',
      'first cannot be negative.',
    ],
    [
      'first and last at once',
      () => errorOf(alice, '{ projects(first: 1, last: 1) { nodes { id } } }'),
      'INVALID_INPUT',
      'both first and last',
    ],
    [
      'a cursor that is none',
      () => errorOf(alice, '{ projects(after: "%") { nodes { id } } }'),
      'INVALID_INPUT',
      'Invalid cursor',
    ],
    [
      // Base64 of ["natural", -1]: such lists count their rows, from 1.
      'a cursor before the first row',
      async () => {
        const build = builders(database);
        const id = await build.generation(alice, await build.project(alice, 'for its lineage'));
        return errorOf(
          alice,
          `{ generation(id: "${id}") { lineage(before: "WyJuYXR1cmFsIiwtMV0=", first: 5) { nodes { id } } } }`,
        );
      },
      'INVALID_INPUT',
      'Invalid cursor',
    ],
    [
      'a statement that takes too long',
      () => errorOf(alice, '{ projects { nodes { slow } } }'),
      'LIMIT_EXCEEDED',
      'took longer',
    ],
    [
      'a query that would write',
      () => errorOf(alice, '{ projects { nodes { writeInQuery } } }'),
      'INVALID_INPUT',
      'send a mutation',
    ],
    [
      'what fails at commit',
      () => errorOf(alice, 'mutation { failAtCommit(input: {}) { integer } }'),
      'NOT_FOUND',
      'parent names a row that does not exist.',
    ],
    [
      'a number out of range',
      () =>
        errorOf(
          service,
          `mutation { updateShotGeneration(input: { id: "${shot}", patch: { timelineFrame: 99999999999 } }) { clientMutationId } }`,
        ),
      'GRAPHQL_VALIDATION_FAILED',
      'Int cannot represent',
    ],
  ];
  test.each(cases)('%s', async (_what, ask, code, message) => {
    const told = await ask();
    expect(told.code).toBe(code);
    expect(told.message).toContain(message);
  });

  const raised: [string, string][] = [
    ['RG400', 'INVALID_INPUT'],
    ['RG401', 'UNAUTHENTICATED'],
    ['RG402', 'INSUFFICIENT_CREDITS'],
    ['RG403', 'FORBIDDEN'],
    ['RG404', 'NOT_FOUND'],
    ['RG409', 'CONFLICT'],
    ['RG410', 'TASK_STATE'],
    ['RG411', 'STALE_ATTEMPT'],
    ['RG413', 'LIMIT_EXCEEDED'],
  ];
  test.each(raised)('a function that raises %s says %s in its own words', async (sqlState, code) => {
    const told = await errorOf(
      alice,
      'mutation ($code: String!) { raiseCode(input: { code: $code }) { integer } }',
      { code: sqlState },
    );
    expect(told).toMatchObject({ code, message: 'A sentence for the caller.' });
  });

  test('a deadlock that outlives three tries is a conflict worth another try', async () => {
    const answer = await gateway.ask(alice, 'mutation { raiseCode(input: { code: "40P01" }) { integer } }');
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'CONFLICT', retryable: true });
  });
});

test('fields beside the one that fails fail for its reason, and not as faults of ours', async () => {
  const answer = await gateway.ask(
    { kind: 'anonymous' },
    '{ resources { totalCount } projects { totalCount } shots { totalCount } }',
  );
  expect(answer.errors?.map((error) => [error.path, error.extensions?.code])).toEqual([
    [['projects'], 'UNAUTHENTICATED'],
    [['shots'], 'UNAUTHENTICATED'],
  ]);
});

describe('what a caller is not told', () => {
  test('a fault of ours, but for an id', async () => {
    const answer = await gateway.ask(alice, '{ projects { nodes { secretFault } } }');
    const [error] = answer.errors ?? [];
    expect(error?.extensions).toEqual({
      code: 'INTERNAL',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(JSON.stringify(answer)).not.toMatch(/app_private|secrets|detail|plpgsql/);
  });

  test('whether a body is too large is found out before it is read whole', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ __typename } ${' '.repeat(30_000)}` }),
    });
    expect(response.status).toBe(413);
    expect(((await response.json()) as { errors: { extensions: unknown }[] }).errors[0]?.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
    });
  });

  test('an address that is none', async () => {
    const response = await fetch(`${gateway.url}/.env`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ message: 'There is nothing at this address.', extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test('a path that cannot be decoded', async () => {
    const response = await fetch(`${gateway.url}/%E0%A4%A`);
    expect([400, 404]).toContain(response.status);
    expect(await response.text()).not.toMatch(/URIError|node_modules|\\n +at /);
  });
});
