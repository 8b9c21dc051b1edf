import { Client } from 'pg';
import { databaseOf, withDatabase } from '../../server/postgres/setup';
import {
  explainDatabaseError,
  readConstraintWords,
  type DatabaseError,
} from '../../server/graphql/databaseErrors';
import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, refusalOf } from '../queue/studio';

let database: TestDatabase;
let root: Client;
let project: string;
let task: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  root = new Client({ connectionString: withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)) });
  await root.connect();
  const queue = queueOf(database);
  await queue.type('image');
  project = await makeStudio(database, alice, 10);
  await makeStudio(database, bob, 0);
  task = (await queue.enqueue(alice, project, [{ task_type: 'image' }]))[0]!.id;
  await queue.claim(worker);
  await queue.complete(worker, task, 1);
});
afterAll(async () => {
  await root?.end();
  await database?.drop();
});

const books = () =>
  database.asOwner(
    `select l.*, u.credits from credits_ledger l right join users u on u.id = l.user_id order by l.created_at, u.id`,
  );
/** Everybody who could write, up to who owns the server. */
const WRITERS: [string, (sql: string) => Promise<unknown>][] = [
  ['a service', (sql) => database.query(service, sql)],
  ['the owner', (sql) => database.asOwner(sql)],
  ['the superuser', (sql) => root.query(sql)],
  [
    'the superuser who plays replica',
    async (sql) => {
      await root.query('begin');
      try {
        await root.query('set local session_replication_role = replica');
        await root.query(sql);
        await root.query('commit');
      } catch (error) {
        await root.query('rollback');
        throw error;
      }
    },
  ],
];
const INSERT = `insert into credits_ledger (id, user_id, amount, type)`;

const LEDGER: string[] = [
  'update credits_ledger set amount = 1',
  `update credits_ledger set metadata = '{}'`,
  'update credits_ledger set amount = amount where false',
  'update only credits_ledger set amount = 1',
  'delete from credits_ledger',
  'delete from credits_ledger where false',
  'truncate credits_ledger',
  'truncate users cascade',
  `${INSERT} select id, user_id, 5, 'manual' from credits_ledger on conflict (id) do update set amount = 5`,
  `${INSERT} values (gen_random_uuid(), '${alice.id}', 5, 'manual') on conflict (id) do update set amount = 5`,
  `merge into credits_ledger l using users u on u.id = l.user_id when matched then update set amount = 1`,
  `merge into credits_ledger l using users u on u.id = l.user_id when matched then delete`,
  `with gone as (delete from credits_ledger returning *) select * from gone`,
];
const BALANCE: string[] = [
  'update users set credits = 5',
  'update users set credits = credits + 0.0001',
  `update users set credits = 'NaN'`,
  `insert into users (id, email, credits) values (gen_random_uuid(), 'x@test.example', 5)`,
  `insert into users (id, email) values ('${alice.id}', 'x@test.example') on conflict (id) do update set credits = 5`,
  `merge into users u using (select '${alice.id}'::uuid as id) x on x.id = u.id when matched then update set credits = 5`,
  `do $$ begin update users set credits = 5; end $$`,
];

describe.each(WRITERS)('%s', (_who, run) => {
  test.each(LEDGER)('cannot change what is booked: %s', async (sql) => {
    const before = await books();
    // RG403 is the trigger's; where the right itself is missing PostgreSQL says so first.
    expect((await refusalOf(run(sql))).code).toMatch(/^(RG403|42501)$/);
    expect(await books()).toEqual(before);
  });

  test.each(BALANCE)('cannot write a balance: %s', async (sql) => {
    const before = await books();
    expect((await refusalOf(run(sql))).code).toMatch(/^(RG403|42501)$/);
    expect(await books()).toEqual(before);
  });

  test('books an entry, and the balance follows', async () => {
    const creditsOf = async () =>
      (
        await database.asOwner<{ credits: string }>('select credits::text from users where id = $1', [bob.id])
      )[0]?.credits;
    const before = Number(await creditsOf());
    await run(
      `insert into credits_ledger (user_id, amount, type) values ('${bob.id}', 3, 'manual'), ('${bob.id}', -0.5, 'manual')`,
    );
    expect(Number(await creditsOf())).toBe(before + 2.5);
  });
});

test('the refusals say what to do instead', async () => {
  expect(await refusalOf(database.asOwner('delete from credits_ledger'))).toMatchObject({
    code: 'RG403',
    message: 'Entries of the ledger are never changed or removed. Book a correction instead.',
  });
  expect(await refusalOf(database.query(service, 'update users set credits = 5'))).toMatchObject({
    code: 'RG403',
    message: 'credits is the sum of the ledger. Book an entry there instead.',
  });
});

test('a person with entries cannot be deleted, by anybody, and is told why', async () => {
  for (const run of [WRITERS[0]![1], WRITERS[1]![1], WRITERS[2]![1]]) {
    const error = await run(`delete from users where id = '${alice.id}'`).then(
      () => Promise.reject(new Error('Nothing was refused.')),
      (reason: DatabaseError) => reason,
    );
    expect(error).toMatchObject({ code: '23503', constraint: 'credits_ledger_user_id_fkey' });
    expect(explainDatabaseError(error, 'service_role', await readConstraintWords(root))).toEqual({
      code: 'CONFLICT',
      message: 'Somebody with entries in the ledger cannot be deleted: the ledger is kept for good.',
    });
  }
  expect(await database.query(alice, 'select from projects')).toHaveLength(1);
});

test('a person without entries can be', async () => {
  const carol = {
    kind: 'user',
    id: '00000000-0000-4000-8000-0000000000cc',
    email: 'carol@test.example',
  } as const;
  await builders(database).account(carol);
  await database.query(service, 'delete from users where id = $1', [carol.id]);
  expect(await database.asOwner('select from users where id = $1', [carol.id])).toEqual([]);
});

test('an account is the sum of its entries after a task, a refund, and the end of both task and project', async () => {
  await queueOf(database).refund(task);
  const entries =
    'select amount::text, type, task_id from credits_ledger where user_id = $1 order by created_at';
  const booked = [
    { amount: '10.0000', type: 'manual', task_id: null },
    { amount: '-0.0500', type: 'spend', task_id: task },
    { amount: '0.0500', type: 'refund', task_id: task },
  ];
  expect(await database.asOwner(entries, [alice.id])).toEqual(booked);
  await database.query(service, 'delete from tasks where id = $1', [task]);
  expect(await database.asOwner(entries, [alice.id])).toEqual(booked);
  await database.query(alice, 'delete from projects where id = $1', [project]);
  expect(await database.asOwner(entries, [alice.id])).toEqual(booked);
  expect(await database.query(alice, 'select credits::text from users')).toEqual([{ credits: '10.0000' }]);
});
