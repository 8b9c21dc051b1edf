import { createTokenVerifier } from '../../server/auth/token';
import { startCluster, type Cluster } from '../../server/postgres/embedded/cluster';
import { SAMPLE_USERS } from '../../server/sample/users';
import { TEST_SECRET } from '../helpers/actors';
import {
  atTheEnd,
  ask,
  emptyFolder,
  expectOneMessage,
  finish,
  serve,
  serverOf,
  type Finished,
} from '../helpers/process';

const [alice] = SAMPLE_USERS;
const verify = createTokenVerifier({
  secret: TEST_SECRET,
  jwksUrl: undefined,
  audience: 'authenticated',
  issuer: undefined,
});
const done = (finished: Finished) => expect(finished).toMatchObject({ code: 0, stderr: '' });
let dataDir = '';
const run = (script: string, words: string[] = [], env: Record<string, string> = {}) =>
  finish(script, words, { DATA_DIR: dataDir, JWT_SECRET: TEST_SECRET, ...env });

beforeAll(async () => {
  dataDir = await emptyFolder();
});

test.each([
  ...['token', 'worker', 'doctor', 'schema', 'db:setup', 'db:migrate', 'db:seed', 'db:reset', 'db:commit'],
  ...['db:dump', 'db:columns', 'db:policies'],
])('%s has a --help and refuses options it does not know', async (script) => {
  const [help, unknown] = await Promise.all([
    run(script, ['--help']),
    run(script, ['--nonsense', ...(script === 'db:commit' ? ['-m', 'x'] : [])]),
  ]);
  done(help);
  expect(help.stdout).toMatch(new RegExp(`^Usage: ${script} `));
  expectOneMessage(unknown, /unknown option '--nonsense'/);
});

describe('on an embedded database that no gateway runs', () => {
  test('what needs the tables says how to make them', async () => {
    expectOneMessage(await run('token', ['--user', alice.email]), /not migrated.*npm run db:migrate/);
  });

  test('db:setup, db:migrate, db:seed and db:reset work in this order and again, and stop what they start', async () => {
    for (const script of ['db:setup', 'db:migrate', 'db:migrate', 'db:seed', 'db:seed', 'db:reset']) {
      done(await run(script));
      expect(await serverOf(dataDir)).toBeUndefined();
    }
  });

  test('db:psql starts the server for as long as psql runs, and ends with its exit code', async () => {
    const [asked, failed] = [
      await run('db:psql', ['-Atc', 'select current_user']),
      await run('db:psql', ['-c', 'x']),
    ];
    expect(asked).toMatchObject({ code: 0, stdout: 'reigh_owner\n' });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/syntax error/) as string });
    expect(await serverOf(dataDir)).toBeUndefined();
  });

  test('db:reset is refused in production', async () => {
    expectOneMessage(await run('db:reset', [], { NODE_ENV: 'production' }), /not for production/);
  });

  const tokens: [string, string[], object][] = [
    ['a user by id', ['--user', alice.id], { role: 'authenticated', sub: alice.id }],
    [
      'a user by e-mail address',
      ['--user', alice.email.toUpperCase()],
      { role: 'authenticated', sub: alice.id, email: alice.email },
    ],
    ['a worker', ['--worker', 'gpu-1'], { role: 'worker', worker_id: 'gpu-1' }],
    ['the service', ['--role', 'service_role', '--expires', '30m'], { role: 'service_role' }],
  ];
  test.each(tokens)('token prints one for %s and nothing else', async (_who, words, claims) => {
    const finished = await run('token', words);
    done(finished);
    expect(finished.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    await expect(verify(finished.stdout.trim())).resolves.toMatchObject(claims);
  });

  const refused: [string, string[], RegExp][] = [
    ['no user', [], /--user is needed/],
    ['an unknown role', ['--role', 'emperor'], /must be one of anon, authenticated, worker, service_role/],
    ['a worker without an id', ['--role', 'worker'], /--worker is needed/],
    ['an expiry that is none', ['--user', alice.id, '--expires', 'soon'], /--expires must be a span/],
    [
      'a user who is not there',
      ['--user', 'nobody@example.com'],
      /no user with the e-mail address nobody@example\.com/,
    ],
  ];
  test.each(refused)('token refuses %s', async (_what, words, message) => {
    const finished = await run('token', words);
    expectOneMessage(finished, message);
    expect(finished.stdout).toBe('');
  });
});

test('commands work beside a gateway that runs on the directory, and leave it running', async () => {
  const gateway = await serve({ DATA_DIR: dataDir, JWT_SECRET: TEST_SECRET });
  for (const script of ['db:setup', 'db:migrate', 'db:seed']) done(await run(script));
  const { stdout } = await run('token', ['--user', alice.email]);
  expect(await ask(gateway.url, '{ projects { nodes { id name } } }', stdout.trim())).toMatchObject({
    status: 200,
  });
  done(await run('schema', ['--check']));
  expect((await run('db:columns', ['users'])).stdout).toMatch(/^public\.users +email +text +null +/m);
  gateway.signal('SIGTERM');
  expect((await gateway.exit).code).toBe(0);
});

describe('on a server of one’s own', () => {
  let cluster: Cluster;
  atTheEnd(async () => cluster?.stop());

  test('db:setup and db:migrate make what a gateway needs', async () => {
    cluster = await startCluster({
      dataDir: await emptyFolder(),
      superuserPassword: 'root',
      initdbArguments: ['--no-sync'],
    });
    const url = (user: string, database: string) =>
      `postgres://${user}:root@127.0.0.1:${cluster.port}/${database}`;
    const env = {
      ROOT_DATABASE_URL: url('postgres', 'postgres'),
      DATABASE_URL: url('reigh_owner', 'My-own'),
      AUTH_DATABASE_URL: url('reigh_authenticator', 'My-own'),
    };
    for (const script of ['db:setup', 'db:setup', 'db:migrate']) done(await run(script, [], env));
    const gateway = await serve({ ...env, JWT_SECRET: TEST_SECRET });
    expect(await ask(gateway.url, '{ projects { nodes { id } } }')).toMatchObject({ status: 200 });
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    const without = { ROOT_DATABASE_URL: env.ROOT_DATABASE_URL, AUTH_DATABASE_URL: env.AUTH_DATABASE_URL };
    expectOneMessage(await run('db:migrate', [], without), /DATABASE_URL is not set/);
  });
});
