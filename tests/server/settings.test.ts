import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'dotenv';
import { parseSettings, SETTING_NAMES } from '../../server/config';
import { Fault } from '../../server/faults';
import { ask, emptyFolder, finish, PROJECT, serve, start } from '../helpers/process';

const EXTERNAL = 'postgres://reigh_authenticator:secret@db.example:5432/reigh';
const SECRET = 'x'.repeat(32);
/** Passwords as they are that a URL takes for something else; what is told of them must not hold `hunter2`. */
const RAW = [
  ...['a@hunter2', 'a@hunter2@b', 'hunter2/a', '1/hunter2', '1/hunter2@a', '1#hunter2', 'a#hunter2'],
  ...['1/a?hunter2', '1/a#hunter2', '1?hunter2'],
];

function faultOf(variables: Record<string, string>): string {
  try {
    parseSettings(variables);
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  throw new Error('These settings were accepted.');
}

describe('settings', () => {
  test('have defaults: an embedded database, on this machine only', () => {
    expect(parseSettings({})).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 5678,
      dataDir: path.resolve('.data'),
      database: { kind: 'embedded' },
      jwt: { secret: undefined, jwksUrl: undefined, audience: 'authenticated', issuer: undefined },
      logLevel: 'info',
      corsOrigins: [],
      listenUrl: undefined,
      replica: { url: undefined, poolSize: 20, waitMs: 20 },
      publicUrl: undefined,
      storage: {
        backend: { kind: 'file', root: path.resolve('.data/storage') },
        ...{ sizeMax: 10_737_418_240, signingSecret: undefined, uploadsPerCaller: 20, deepSweepHours: 24 },
        renditions: { atOnce: 2, inputBytesMax: 25_000_000, pixelsMax: 50_000_000, cacheBytes: 67_108_864 },
      },
      poolSize: 20,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 15_000,
      statementTimeouts: { anon: 5_000, authenticated: 15_000, worker: 15_000, service_role: 60_000 },
      rates: {
        windowSeconds: 60,
        reads: 12_000,
        max: { anon: 600, authenticated: 6_000, worker: 6_000, service_role: 0 },
      },
      trustedProxies: 0,
      inFlightPerCaller: 15,
      http: {
        ...{ connections: 25_000, headerBytes: 16_384, headersTimeoutMs: 10_000 },
        ...{ requestTimeoutMs: 30_000, keepAliveTimeoutMs: 65_000 },
      },
      bodyLimitBytes: 1_000_000,
      resultLimitBytes: 10_000_000,
      pageSize: { default: 100, max: 1_000 },
      limits: {
        ...{ textBytes: 100_000, tokens: 10_000, depth: 30, fields: 2_000, aliases: 100, rootFields: 50 },
        ...{ mutationFields: 20, directives: 50, directivesEach: 5, cost: 250_000 },
        ...{ valueDepth: 32, variableBytes: 1_000_000, valueItems: 5_000 },
        ...{ filterTerms: 200, filterItems: 2_000, filterTextBytes: 1_000 },
      },
      sockets: {
        ...{
          max: 20_000,
          perCallerMax: 100,
          operationsMax: 100,
          operationsPerCallerMax: 1_000,
          initTimeoutMs: 5_000,
        },
        ...{ pingIntervalMs: 20_000, bufferLimitBytes: 4_000_000 },
      },
      shutdownGraceMs: 300,
      shutdownTimeoutMs: 8_000,
      maintenanceIntervalMs: 5_000,
      realtimeLogHours: 24,
      realtimePollMs: 250,
      migrateOnStart: false,
      workerToken: undefined,
      metricsToken: undefined,
      slowOperationMs: 1_000,
      disclosure: { introspection: true, suggestions: true },
      graphiql: true,
      studio: { isServed: true, sampleSignIn: true },
      persisted: { mode: 'allow', files: [path.join(PROJECT, 'schema/persisted-operations.json')] },
    });
  });

  test.each(SETTING_NAMES)('that are empty count as unset: %s', (name) => {
    expect(parseSettings({ [name]: '' })).toEqual(parseSettings({}));
  });

  test('that are given are used', () => {
    expect(
      parseSettings({
        PORT: '0',
        AUTH_DATABASE_URL: EXTERNAL,
        DATABASE_LISTEN_URL: `${EXTERNAL}?direct`,
        DATABASE_REPLICA_URL: `${EXTERNAL}?replica`,
        DATABASE_REPLICA_POOL_SIZE: '7',
        REPLICA_WAIT_MS: '0',
        SHUTDOWN_GRACE_MS: '2000',
        JWT_SECRET: SECRET,
        CORS_ORIGINS: 'https://studio.example, http://localhost:3000',
        PAGE_SIZE_DEFAULT: '5',
        PAGE_SIZE_MAX: '5',
        MAINTENANCE_INTERVAL_MS: '0',
        SOCKETS_MAX: '1',
        SOCKETS_PER_CALLER_MAX: '2',
        SOCKET_OPERATIONS_MAX: '3',
        SOCKET_OPERATIONS_PER_CALLER_MAX: '4',
        SOCKET_INIT_TIMEOUT_MS: '400',
        SOCKET_PING_INTERVAL_MS: '500',
        SOCKET_BUFFER_LIMIT_BYTES: '6000',
        MIGRATE_ON_START: '1',
        WORKER_TOKEN: 'a.b.c',
        METRICS_TOKEN: 'sixteen letters.',
        SLOW_OPERATION_MS: '0',
        NODE_ENV: 'production',
        INTROSPECTION: 'true',
        PERSISTED_OPERATIONS: 'only',
        PERSISTED_OPERATIONS_FILE: '/etc/reigh/a.json, b.json',
      }),
    ).toMatchObject({
      port: 0,
      database: { kind: 'external', authUrl: EXTERNAL },
      listenUrl: `${EXTERNAL}?direct`,
      replica: { url: `${EXTERNAL}?replica`, poolSize: 7, waitMs: 0 },
      shutdownGraceMs: 2_000,
      jwt: { secret: SECRET },
      corsOrigins: ['https://studio.example', 'http://localhost:3000'],
      pageSize: { default: 5, max: 5 },
      maintenanceIntervalMs: 0,
      sockets: {
        ...{ max: 1, perCallerMax: 2, operationsMax: 3, operationsPerCallerMax: 4, initTimeoutMs: 400 },
        ...{ pingIntervalMs: 500, bufferLimitBytes: 6_000 },
      },
      migrateOnStart: true,
      workerToken: 'a.b.c',
      metricsToken: 'sixteen letters.',
      slowOperationMs: 0,
      // What is not said goes by the environment.
      disclosure: { introspection: true, suggestions: false },
      graphiql: false,
      persisted: { mode: 'only', files: ['/etc/reigh/a.json', path.resolve('b.json')] },
    });
  });

  test('that say how much are used, and what is not said follows what is', () => {
    const settings = parseSettings({
      ...{ STATEMENT_TIMEOUT_MS: '2000', STATEMENT_TIMEOUT_SERVICE_MS: '100', DATABASE_POOL_SIZE: '1' },
      ...{ RATE_WINDOW_SECONDS: '1', RATE_ANON_MAX: '2', RATE_USER_MAX: '3', RATE_WORKER_MAX: '4' },
      ...{ RATE_SERVICE_MAX: '5', TRUSTED_PROXIES: '6', CONNECTIONS_MAX: '7', HEADERS_LIMIT_BYTES: '8000' },
      ...{ HEADERS_TIMEOUT_MS: '900', REQUEST_TIMEOUT_MS: '1000', KEEP_ALIVE_TIMEOUT_MS: '1100' },
      ...{ QUERY_TOKENS_MAX: '120', QUERY_ALIASES_MAX: '0', QUERY_COST_MAX: '130', BODY_LIMIT_BYTES: '1400' },
      ...{ QUERY_LIMIT_BYTES: '1500', QUERY_ROOT_FIELDS_MAX: '16', QUERY_DIRECTIVES_MAX: '17' },
      ...{ QUERY_DIRECTIVES_EACH_MAX: '18' },
    });
    expect(settings).toMatchObject({
      statementTimeouts: { anon: 2_000, authenticated: 2_000, worker: 2_000, service_role: 100 },
      rates: { windowSeconds: 1, max: { anon: 2, authenticated: 3, worker: 4, service_role: 5 } },
      ...{ trustedProxies: 6, inFlightPerCaller: 1, bodyLimitBytes: 1_400 },
      http: { connections: 7, headerBytes: 8_000, headersTimeoutMs: 900, requestTimeoutMs: 1_000 },
      limits: {
        ...{ tokens: 120, aliases: 0, cost: 130, variableBytes: 1_400, textBytes: 1_500 },
        ...{ rootFields: 16, directives: 17, directivesEach: 18 },
      },
    });
    expect(settings.http.keepAliveTimeoutMs).toBe(1_100);
    const said = parseSettings({
      ...{ STATEMENT_TIMEOUT_ANON_MS: '9000', STATEMENT_TIMEOUT_WORKER_MS: '8000' },
      ...{ REQUESTS_PER_CALLER_MAX: '19', VARIABLES_LIMIT_BYTES: '2000' },
    });
    expect(said.statementTimeouts).toMatchObject({ anon: 9_000, worker: 8_000 });
    expect([said.inFlightPerCaller, said.limits.variableBytes]).toEqual([19, 2_000]);
  });

  const accepted: [string, Record<string, string>][] = [
    ['any origin', { CORS_ORIGINS: '*' }],
    ['a trailing comma between origins', { CORS_ORIGINS: 'https://a.example,' }],
    ['the issuer’s keys alone', { AUTH_DATABASE_URL: EXTERNAL, JWT_JWKS_URL: 'https://id.example/keys' }],
    ['a server in a folder', { AUTH_DATABASE_URL: 'postgresql:///reigh?host=/run', JWT_SECRET: SECRET }],
    [
      'a password with each separator escaped, and options with some as they are',
      {
        AUTH_DATABASE_URL: `${EXTERNAL.replace('secret', 'a%40b%2Fc%23d%3F')}?host=/run`,
        JWT_SECRET: SECRET,
      },
    ],
    ['an escaped password', { AUTH_DATABASE_URL: EXTERNAL.replace('secret', '100%25'), JWT_SECRET: SECRET }],
  ];
  test.each(accepted)('may be %s', (_what, variables) => {
    expect(() => parseSettings(variables)).not.toThrow();
  });

  const url = /must be a URL such as postgres:/;
  const faults: [string, Record<string, string>, RegExp][] = [
    ['PORT', { PORT: 'abc' }, /must be a whole number from 0 to 65535/],
    ['PORT', { PORT: '70000' }, /must be a whole number from 0 to 65535/],
    ['PORT', { PORT: '-1' }, /whole number/],
    ['PORT', { PORT: '80.5' }, /whole number/],
    ['PORT', { PORT: '0x50' }, /whole number/],
    ['PORT', { PORT: ' ' }, /whole number/],
    ['SAMPLE_SIGN_IN', { SAMPLE_SIGN_IN: 'true', NODE_ENV: 'production' }, /not in production/],
    ['NODE_ENV', { NODE_ENV: 'prod' }, /"production"/],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, /"info"/],
    ['JWT_SECRET', { JWT_SECRET: 'x'.repeat(31) }, /at least 32 characters/],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'file:///etc/passwd' }, /http or https URL/],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'keys' }, /http or https URL/],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://a/b', JWT_SECRET: SECRET }, url],
    ['DATABASE_URL', { DATABASE_URL: 'localhost', JWT_SECRET: SECRET }, url],
    ['AUTH_DATABASE_URL', { AUTH_DATABASE_URL: 'postgres://host', JWT_SECRET: SECRET }, url],
    [
      'AUTH_DATABASE_URL',
      { AUTH_DATABASE_URL: EXTERNAL.replace('secret', '100%'), JWT_SECRET: SECRET },
      /%25/,
    ],
    ['ROOT_DATABASE_URL', { ROOT_DATABASE_URL: 'postgres:', JWT_SECRET: SECRET }, url],
    ...RAW.map((password): [string, Record<string, string>, RegExp] => [
      ...([
        'DATABASE_URL',
        { DATABASE_URL: EXTERNAL.replace('secret', password), JWT_SECRET: SECRET },
      ] as const),
      /write @ as %40, \/ as %2F, # as %23/,
    ]),
    ['ROOT_DATABASE_URL', { ROOT_DATABASE_URL: `${EXTERNAL}/more`, JWT_SECRET: SECRET }, url],
    ['ROOT_DATABASE_URL', { ROOT_DATABASE_URL: `${EXTERNAL}#more`, JWT_SECRET: SECRET }, url],
    ['SHADOW_DATABASE_URL', { SHADOW_DATABASE_URL: 'shadow' }, url],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example/path' }, /found https:\/\/a\.example\/path/],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example,b.example' }, /found b\.example/],
    ['DATABASE_POOL_SIZE', { DATABASE_POOL_SIZE: '0' }, /from 1 to 1000/],
    ['DATABASE_CONNECT_TIMEOUT_MS', { DATABASE_CONNECT_TIMEOUT_MS: '5s' }, /whole number/],
    ['STATEMENT_TIMEOUT_MS', { STATEMENT_TIMEOUT_MS: '0' }, /from 100 to/],
    ['BODY_LIMIT_BYTES', { BODY_LIMIT_BYTES: '1MB' }, /whole number/],
    ['MUTATION_FIELDS_MAX', { MUTATION_FIELDS_MAX: '0' }, /from 1 to/],
    ['PAGE_SIZE_MAX', { PAGE_SIZE_MAX: '0' }, /from 1 to/],
    [
      'PAGE_SIZE_DEFAULT',
      { PAGE_SIZE_DEFAULT: '11', PAGE_SIZE_MAX: '10' },
      /not be larger than PAGE_SIZE_MAX/,
    ],
    ['PAGE_SIZE_DEFAULT', { PAGE_SIZE_MAX: '10' }, /not be larger than PAGE_SIZE_MAX/],
    ['SOCKETS_MAX', { SOCKETS_MAX: '0' }, /from 1 to/],
    ['SOCKETS_PER_CALLER_MAX', { SOCKETS_PER_CALLER_MAX: '0' }, /from 1 to/],
    ['SOCKET_OPERATIONS_PER_CALLER_MAX', { SOCKET_OPERATIONS_PER_CALLER_MAX: '0' }, /whole number/],
    ['SOCKET_OPERATIONS_MAX', { SOCKET_OPERATIONS_MAX: 'many' }, /whole number/],
    ['SOCKET_INIT_TIMEOUT_MS', { SOCKET_INIT_TIMEOUT_MS: '0' }, /from 100 to/],
    ['SOCKET_PING_INTERVAL_MS', { SOCKET_PING_INTERVAL_MS: '20s' }, /whole number/],
    ['SOCKET_BUFFER_LIMIT_BYTES', { SOCKET_BUFFER_LIMIT_BYTES: '4MB' }, /whole number/],
    ['SHUTDOWN_TIMEOUT_MS', { SHUTDOWN_TIMEOUT_MS: 'never' }, /whole number/],
    ['SHUTDOWN_GRACE_MS', { SHUTDOWN_GRACE_MS: '2s' }, /whole number/],
    [
      'DATABASE_LISTEN_URL',
      { DATABASE_LISTEN_URL: 'direct', AUTH_DATABASE_URL: EXTERNAL, JWT_SECRET: SECRET },
      url,
    ],
    ['DATABASE_LISTEN_URL', { DATABASE_LISTEN_URL: EXTERNAL }, /set AUTH_DATABASE_URL too/],
    ['DATABASE_REPLICA_URL', { DATABASE_REPLICA_URL: EXTERNAL }, /set AUTH_DATABASE_URL too/],
    ['DATABASE_REPLICA_POOL_SIZE', { DATABASE_REPLICA_POOL_SIZE: '0' }, /from 1 to 1000/],
    ['REPLICA_WAIT_MS', { REPLICA_WAIT_MS: '20ms' }, /whole number/],
    ['MAINTENANCE_INTERVAL_MS', { MAINTENANCE_INTERVAL_MS: '5s' }, /from 0 to 3600000/],
    ['INTROSPECTION', { INTROSPECTION: 'no' }, /true or false/],
    ['SUGGESTIONS', { SUGGESTIONS: 'off' }, /true or false/],
    ['GRAPHIQL', { GRAPHIQL: 'yes' }, /true or false/],
    ['STUDIO', { STUDIO: 'no' }, /true or false/],
    ['SAMPLE_SIGN_IN', { SAMPLE_SIGN_IN: 'yes' }, /true or false/],
    ['PERSISTED_OPERATIONS', { PERSISTED_OPERATIONS: 'yes' }, /"only"/],
    ['MIGRATE_ON_START', { MIGRATE_ON_START: 'yes' }, /true or false/],
    ['METRICS_TOKEN', { METRICS_TOKEN: 'x'.repeat(15) }, /at least 16 characters/],
    ['SLOW_OPERATION_MS', { SLOW_OPERATION_MS: '1s' }, /whole number/],
    ['JWT_SECRET or JWT_JWKS_URL', { AUTH_DATABASE_URL: EXTERNAL }, /one of them is needed/],
    ['JWT_SECRET or JWT_JWKS_URL', { DATABASE_URL: EXTERNAL, JWT_SECRET: '' }, /one of them is needed/],
  ];
  test.each(faults)('are refused in words: %s of %j', (name, variables, words) => {
    const lines = faultOf(variables).split('\n').slice(1);
    expect(lines).toEqual([expect.stringMatching(words)]);
    expect(lines[0]).toMatch(new RegExp(`^ {2}- ${name}: `));
  });

  test('that are wrong are told together, whatever else is wrong', () => {
    const told = faultOf(Object.assign({}, ...faults.map(([, variables]) => variables)) as never);
    const last = new Set([
      'PORT',
      'NODE_ENV',
      'LOG_LEVEL',
      'CORS_ORIGINS',
      'PAGE_SIZE_MAX',
      'MIGRATE_ON_START',
    ]);
    for (const name of last) if (name !== 'PAGE_SIZE_MAX') expect(told).toContain(`  - ${name}: `);
    expect(faultOf({ PAGE_SIZE_DEFAULT: '11', PAGE_SIZE_MAX: '10', PORT: 'x', DATABASE_URL: EXTERNAL })).toBe(
      [
        'These settings are wrong:',
        '  - PORT: must be a whole number from 0 to 65535',
        '  - JWT_SECRET or JWT_JWKS_URL: one of them is needed to check tokens with your own database',
        '  - PAGE_SIZE_DEFAULT: must not be larger than PAGE_SIZE_MAX',
      ].join('\n'),
    );
  });

  test('never show a secret when they are refused', () => {
    const told = faultOf({ JWT_SECRET: 'hunter2', DATABASE_URL: 'postgres://me:hunter2@host' });
    expect(told).not.toContain('hunter2');
    for (const password of RAW)
      expect(faultOf({ DATABASE_URL: EXTERNAL.replace('secret', password) })).not.toContain('hunter2');
  });

  test('never show a secret when they are refused by a command', async () => {
    const env = { ROOT_DATABASE_URL: EXTERNAL.replace('secret', '1/hunter2'), JWT_SECRET: SECRET };
    for (const script of ['doctor', 'db:columns']) {
      const { code, stdout, stderr } = await finish(script, [], env);
      expect({ code, told: stdout + stderr }).toEqual({
        ...{ code: 1, told: expect.stringContaining('/ as %2F') as string },
      });
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });
});

describe('a .env in the working directory', () => {
  const run = async (file: string, env: Record<string, string>) => {
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, '.env'), file);
    const ended = await start('start', [], { cwd, env });
    return { ...(await ended.exit), stderr: ended.stderr() };
  };

  test('is read', async () => {
    const { code, stderr } = await run('PORT=from-the-file\n# PORT=5678\n', {});
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('PORT: must be') as string });
  });

  test('says what the environment does not, which wins', async () => {
    const { stderr } = await run('PORT=from-the-file\nLOG_LEVEL=loud\n', { PORT: '0' });
    expect(stderr).toMatch(/LOG_LEVEL/);
    expect(stderr).not.toMatch(/PORT/);
  });

  test('is not needed', async () => {
    const help = await finish('token', ['--role', 'anon'], { JWT_SECRET: SECRET });
    expect(help).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('.env.example', () => {
  const file = path.join(PROJECT, '.env.example');

  test('is there, and names settings that exist', () => {
    expect(existsSync(file)).toBe(true);
    const source = readFileSync(path.join(PROJECT, 'server/config.ts'), 'utf8');
    const named = [...readFileSync(file, 'utf8').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(
      (match) => match[1],
    );
    expect(named).toContain('PORT');
    for (const name of named) expect(source).toContain(`${name}:`);
  });

  test('works as it is: a gateway starts with it', async () => {
    const text = readFileSync(file, 'utf8');
    expect(() => parseSettings(parse(text))).not.toThrow();
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, '.env'), text);
    const gateway = await serve({ DATA_DIR: path.join(cwd) }, { cwd });
    expect(await ask(gateway.url, '{ __typename }')).toMatchObject({ status: 200 });
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
  });
});
