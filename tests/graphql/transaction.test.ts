import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  project = await builders(database).project(alice);
  await database.asOwner(`
    create sequence public.tries;
    grant usage on sequence public.tries to authenticated;
    -- Fails as a victim of a deadlock does, until its turn has come. A sequence keeps count over rollbacks.
    create function public.succeed_at(turn int) returns int language plpgsql volatile set search_path = '' as $$
    declare v_try int := nextval('public.tries');
    begin
      insert into public.projects (name) values ('try ' || v_try);
      if v_try < turn then raise exception 'deadlock detected' using errcode = '40P01'; end if;
      return v_try;
    end $$;
    create function public.seen_by_the_database() returns json language sql stable set search_path = '' as $$
      select json_build_object('user', current_user, 'uid', auth.uid(), 'request', current_setting('request.id'),
        'readOnly', current_setting('transaction_read_only'))
    $$;
    grant execute on function public.succeed_at(int), public.seen_by_the_database() to authenticated, service_role;
  `);
  gateway = await startTestGateway(database);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const tries = async () =>
  (
    await database.asOwner<{ name: string }>(
      `select name from projects where name like 'try %' order by created_at`,
    )
  ).map(({ name }) => name);

test('an operation that falls victim to a deadlock is run again, whole, and leaves one result', async () => {
  const answer = await gateway.ask(alice, 'mutation { succeedAt(input: { turn: 3 }) { integer } }');
  expect(answer).toEqual({ status: 200, data: { succeedAt: { integer: 3 } } });
  expect(await tries()).toEqual(['try 3']);
});

test('a query is read only, and runs as the caller', async () => {
  const answer = await gateway.ask<{ seenByTheDatabase: Record<string, string> }>(
    alice,
    '{ seenByTheDatabase }',
  );
  expect(answer.data?.seenByTheDatabase).toMatchObject({
    user: 'authenticated',
    uid: alice.id,
    readOnly: 'on',
  });
  expect(answer.data?.seenByTheDatabase.request).toMatch(/^[0-9a-f-]{36}$/);
});

test('nothing of one caller is left on the connection for the next', async () => {
  const single = await startTestGateway(database, { DATABASE_POOL_SIZE: '1' });
  try {
    await single.ask(
      alice,
      `mutation { updateProject(input: { id: "${project}", patch: { name: "mine" } }) { clientMutationId } }`,
    );
    const refused = await single.ask({ kind: 'anonymous' }, '{ projects { totalCount } }');
    expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    const anonymous = await single.ask({ kind: 'anonymous' }, '{ resources { totalCount } }');
    expect(anonymous).toEqual({ status: 200, data: { resources: { totalCount: 0 } } });
  } finally {
    await single.stop();
  }
});

test('a claim cannot break out of the setting it is put into', async () => {
  const mallory = { ...alice, email: `a', true); set role reigh_owner; --\\'` };
  const answer = await gateway.ask<{ seenByTheDatabase: Record<string, string> }>(
    mallory,
    '{ seenByTheDatabase }',
  );
  expect(answer.data?.seenByTheDatabase.user).toBe('authenticated');
});

test('of two mutations in one request, the one that fails undoes only itself', async () => {
  const answer = await gateway.ask(
    alice,
    `mutation {
      good: createProject(input: { project: { name: "kept" } }) { project { name } }
      bad: createProject(input: { project: { name: "" } }) { project { name } }
    }`,
  );
  expect(answer.data).toEqual({ good: { project: { name: 'kept' } }, bad: null });
  expect(answer.errors?.map((error) => error.path)).toEqual([['bad']]);
  expect(await database.query(alice, `select from projects where name = 'kept'`)).toHaveLength(1);
});
