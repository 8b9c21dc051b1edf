import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'dotenv';
import { parseSettings } from '../../server/config';
import { Fault } from '../../server/faults';
import { ask, emptyFolder, finish, PROJECT, serve, start } from '../helpers/process';

const EXTERNAL = 'postgres://reigh_authenticator:secret@db.example:5432/reigh';
const SECRET = 'x'.repeat(32);

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
      poolSize: 20,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 15_000,
      bodyLimitBytes: 1_000_000,
      pageSize: { default: 100, max: 1_000 },
      limits: { depth: 30, fields: 2_000, mutationFields: 20, valueDepth: 32 },
      shutdownTimeoutMs: 8_000,
      maintenanceIntervalMs: 5_000,
      migrateOnStart: false,
      workerToken: undefined,
    });
  });

  const names = [
    ...['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR', 'ROOT_DATABASE_URL', 'DATABASE_URL', 'AUTH_DATABASE_URL'],
    ...['SHADOW_DATABASE_URL', 'JWT_SECRET', 'JWT_JWKS_URL', 'JWT_AUDIENCE', 'JWT_ISSUER', 'LOG_LEVEL'],
    ...['CORS_ORIGINS', 'DATABASE_POOL_SIZE', 'DATABASE_CONNECT_TIMEOUT_MS', 'STATEMENT_TIMEOUT_MS'],
    ...['BODY_LIMIT_BYTES', 'PAGE_SIZE_DEFAULT', 'PAGE_SIZE_MAX', 'SHUTDOWN_TIMEOUT_MS', 'MIGRATE_ON_START'],
    ...['MAINTENANCE_INTERVAL_MS', 'WORKER_TOKEN', 'MUTATION_FIELDS_MAX'],
  ];
  test.each(names)('that are empty count as unset: %s', (name) => {
    expect(parseSettings({ [name]: '' })).toEqual(parseSettings({}));
  });

  test('that are given are used', () => {
    expect(
      parseSettings({
        PORT: '0',
        AUTH_DATABASE_URL: EXTERNAL,
        JWT_SECRET: SECRET,
        CORS_ORIGINS: 'https://studio.example, http://localhost:3000',
        PAGE_SIZE_DEFAULT: '5',
        PAGE_SIZE_MAX: '5',
        MAINTENANCE_INTERVAL_MS: '0',
        MIGRATE_ON_START: '1',
        WORKER_TOKEN: 'a.b.c',
      }),
    ).toMatchObject({
      port: 0,
      database: { kind: 'external', authUrl: EXTERNAL },
      jwt: { secret: SECRET },
      corsOrigins: ['https://studio.example', 'http://localhost:3000'],
      pageSize: { default: 5, max: 5 },
      maintenanceIntervalMs: 0,
      migrateOnStart: true,
      workerToken: 'a.b.c',
    });
  });

  const accepted: [string, Record<string, string>][] = [
    ['any origin', { CORS_ORIGINS: '*' }],
    ['a trailing comma between origins', { CORS_ORIGINS: 'https://a.example,' }],
    ['the issuer’s keys alone', { AUTH_DATABASE_URL: EXTERNAL, JWT_JWKS_URL: 'https://id.example/keys' }],
    ['a server in a folder', { AUTH_DATABASE_URL: 'postgresql:///reigh?host=/run', JWT_SECRET: SECRET }],
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
    ['SHUTDOWN_TIMEOUT_MS', { SHUTDOWN_TIMEOUT_MS: 'never' }, /whole number/],
    ['MAINTENANCE_INTERVAL_MS', { MAINTENANCE_INTERVAL_MS: '5s' }, /from 0 to 3600000/],
    ['MIGRATE_ON_START', { MIGRATE_ON_START: 'yes' }, /true or false/],
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
