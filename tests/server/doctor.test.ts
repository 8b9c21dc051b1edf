import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSettings } from '../../server/config';
import { hashOf } from '../../server/graphql/persisted';
import type { Logger } from '../../server/log';
import { findingsOf } from '../../server/ops/checks/check';
import { DATABASE_CHECKS } from '../../server/ops/checks/database';
import { tellDisk } from '../../server/ops/checks/deployment';
import { readFacts, type DatabaseFacts } from '../../server/ops/checks/facts';
import { examine } from '../../server/ops/doctor';
import { checkStart } from '../../server/ops/startCheck';
import { migrate } from '../../server/postgres/migrate';
import { openDatabase } from '../../server/postgres/open';
import { closeDatabase, withClient, withDatabase } from '../../server/postgres/setup';
import { Issuer } from '../helpers/issuer';
import { startOwnServer, type OwnServer } from '../helpers/ownServer';
import { emptyFolder, expectOneMessage, finish } from '../helpers/process';
import { TEMPLATE, urlOf } from '../setup/server';
import { ILLNESSES } from './illnesses';

/** Drawn, as an operator draws his. */
const SECRET = randomBytes(36).toString('base64');
const KNOWN = 'super-secret-jwt-token-with-at-least-32-characters-long';

let own: OwnServer;
let urls: { root: string; owner: string; auth: string };

beforeAll(async () => {
  own = await startOwnServer();
  urls = {
    root: withDatabase(own.server.rootUrl, TEMPLATE),
    owner: urlOf(own.server, 'reigh_owner', TEMPLATE),
    auth: urlOf(own.server, 'reigh_authenticator', TEMPLATE),
  };
  // What the tests leave in DATABASE_URL's database must be closed as db:setup closes it.
  await closeDatabase(urls.owner);
});
afterAll(() => own?.stop());

const asRoot = (sql: string) => withClient(urls.root, (client) => client.query(sql));
const asOwner = (sql: string) => withClient(urls.owner, (client) => client.query(sql));
const environment = (more: Record<string, string> = {}) => ({
  ...{ NODE_ENV: 'production', AUTH_DATABASE_URL: urls.auth, JWT_SECRET: SECRET, LOG_LEVEL: 'warn', ...more },
});

/** What refuses the start, or what is logged: without a secret in it. */
async function startOf(more: Record<string, string> = {}): Promise<{ refusal: string; log: string }> {
  const settings = parseSettings(environment(more));
  const lines: string[] = [];
  const log = { warn: (fields: object, words: string) => lines.push(JSON.stringify({ ...fields, words })) };
  const database = settings.database.kind === 'external' ? { auth: settings.database.authUrl } : {};
  const refusal = await checkStart(
    settings,
    { urls: database, embedded: false, jwtSecret: settings.jwt.secret },
    log as unknown as Logger,
  ).then(
    () => '',
    (error: Error) => error.message,
  );
  return { refusal, log: lines.join('\n') };
}

describe('production', () => {
  test('starts on a sound database, and has nothing to tell', async () => {
    expect(await startOf()).toEqual({ refusal: '', log: '' });
  });

  test.each(ILLNESSES)('does not start when %s', async (_what, make, words, unmake) => {
    await asRoot(make);
    try {
      const { refusal } = await startOf();
      expect(refusal).toMatch(/^Production does not start like this:\n {2}- /);
      expect(refusal).toMatch(words);
      // One cause, one finding.
      expect(refusal.match(/^ {2}- /gm)).toHaveLength(1);
      // Development is told the same, and starts.
      const development = await startOf({ NODE_ENV: 'development' });
      expect(development.refusal).toBe('');
      expect(JSON.parse(development.log)).toMatchObject({ check: expect.any(String) as string });
    } finally {
      await asRoot(unmake);
    }
  });

  test('a table that nobody but us made and nobody reaches is not ours to judge, nor a view that reads as its caller', async () => {
    await asRoot(
      `create schema other; create table other.notes (id int); create view public.careful with (security_invoker = on) as
       select * from public.projects; grant select on public.careful to authenticated`,
    );
    try {
      expect((await startOf()).refusal).toBe('');
    } finally {
      await asRoot('drop schema other cascade; drop view public.careful');
    }
  });

  test('is refused with everything at once by npm start, without a secret, and leaves the port', async () => {
    await asRoot('alter role reigh_authenticator bypassrls; create table public.bare (id int)');
    try {
      const finished = await finish('start', [], { PORT: '0', ...environment({ JWT_SECRET: KNOWN }) });
      expectOneMessage(finished, /JWT_SECRET stands in public[^]*bypassrls[^]*public\.bare/);
      const told = finished.stdout + finished.stderr;
      for (const secret of [KNOWN, own.server.authPassword]) expect(told).not.toContain(secret);
    } finally {
      await asRoot('alter role reigh_authenticator nobypassrls; drop table public.bare');
    }
  });

  test('is not refused for what is only told', async () => {
    const { refusal, log } = await startOf({ CORS_ORIGINS: '*' });
    expect(refusal).toBe('');
    expect(log).toMatch(/^{"check":"cors-origins",.*CORS_ORIGINS is \*[^\n]*$/);
  });
});

describe('what cannot be made of a server here', () => {
  const settings = parseSettings({});
  let facts: DatabaseFacts;
  const told = (changed: Partial<DatabaseFacts>) =>
    findingsOf(DATABASE_CHECKS, { settings, facts: { ...facts, ...changed } }).map(({ wrong }) => wrong);
  beforeAll(async () => {
    facts = await withClient(urls.auth, (client) => readFacts(client));
  });

  test('an old server', () => {
    expect(facts.version).toBeGreaterThanOrEqual(150_000);
    expect(told({ version: 140_012 })).toEqual(['The server is PostgreSQL 14, which is too old.']);
    expect(told({ version: 150_000 })).toEqual([]);
  });

  test.each([
    ['ahead', -20_000, /20 s ahead of this machine/],
    ['behind', 20_000, /20 s behind this machine/],
  ])('a clock that is %s', async (_how, ours, words) => {
    const { skewMs } = await withClient(urls.auth, (client) => readFacts(client, () => Date.now() + ours));
    expect(told({ skewMs })).toEqual([expect.stringMatching(words)]);
    expect(told({ skewMs: Math.sign(skewMs) * 5_000 })).toEqual([]);
  });

  test('a server that compiles plans, until it does not count what is forbidden as dear', async () => {
    expect(told({ compiles: true, version: 170_004 })).toEqual([
      expect.stringMatching(/compiles plans for reigh_authenticator/),
    ]);
    expect(told({ compiles: true, version: 180_000 })).toEqual([]);
    expect(told({ compiles: false, version: 150_000 })).toEqual([]);
    // The embedded server cannot, whatever the setting.
    expect(facts.compiles).toBe(false);
  });

  test('who may have plans compiled: nobody, by what setup or the migrations say', async () => {
    const jit = () =>
      withClient(urls.auth, async (client) => (await client.query<{ jit: string }>('show jit')).rows[0]?.jit);
    const roles = 'alter role reigh_authenticator';
    const base = `alter database ${TEMPLATE}`;
    try {
      expect(await jit()).toBe('off');
      await asRoot(`${roles} reset jit`);
      expect(await jit()).toBe('off');
      await asRoot(`${base} reset jit`);
      expect(await jit()).toBe('on');
      await asRoot(`${roles} set jit = off`);
      expect(await jit()).toBe('off');
    } finally {
      await asRoot(`${roles} set jit = off; ${base} set jit = off`);
    }
  });

  test('a slow answer is no difference of clocks', async () => {
    // Ten seconds pass between our two looks at the clock.
    let looks = 0;
    const now = () => Date.now() + (looks++ === 0 ? -5_000 : 5_000);
    expect((await withClient(urls.auth, (client) => readFacts(client, now))).skewMs).toBe(0);
  });

  test('a disk that is full, or nearly', () => {
    expect(tellDisk('/data', 1e12).findings).toEqual([]);
    expect(tellDisk('/data', 1e9).findings).toMatchObject([{ gravity: 'warning' }]);
    expect(tellDisk('/data', 1e7).findings).toMatchObject([{ gravity: 'wrong' }]);
  });
});

describe('npm run doctor', () => {
  const all = () => environment({ DATABASE_URL: urls.owner });
  const examined = async (more: Record<string, string> = {}, gateways = 1) =>
    // Building the schema for the list takes longer than all else.
    examine(parseSettings({ ...all(), PERSISTED_OPERATIONS: 'off', ...more }), { gateways });
  const wrongs = async (more?: Record<string, string>, gateways?: number) =>
    (await examined(more, gateways)).findings.map(({ wrong }) => wrong);

  test('says that all is well, of what it looked at and as whom', async () => {
    const finished = await finish('doctor', [], all());
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout).toMatch(/NODE_ENV production\n/);
    expect(finished.stdout).toMatch(
      /ok +AUTH_DATABASE_URL: reigh_template at 127\.0\.0\.1:\d+ as reigh_authenticator, PostgreSQL 1\d/,
    );
    expect(finished.stdout).toMatch(/ok +DATABASE_URL: .* as reigh_owner/);
    expect(finished.stdout).toMatch(/ok +change-log: its oldest change is 0 h old; 24 h are kept/);
    expect(finished.stdout).toMatch(/ok +persisted-operations: .* is allow, with \d+ on the list/);
    expect(finished.stdout).toMatch(/All is well, with 0 warning\(s\)\.\n$/);
  });

  test('says what is wrong and what to do, for people and programs, and no secret', async () => {
    const env = { ...all(), JWT_SECRET: KNOWN, CORS_ORIGINS: '*' };
    const [people, programs, unknown] = await Promise.all([
      finish('doctor', [], env),
      finish('doctor', ['--json'], env),
      finish('doctor', ['--gateways', 'many'], env),
    ]);
    expect(people).toMatchObject({ code: 1, stderr: '' });
    expect(people.stdout).toMatch(/wrong +jwt-secret: JWT_SECRET stands in public .*\n +Draw one: openssl/);
    expect(people.stdout).toMatch(/1 thing\(s\) wrong, 1 warning\(s\)\.\n$/);
    expect(programs.code).toBe(1);
    expect(JSON.parse(programs.stdout)).toMatchObject({
      ok: false,
      findings: [
        { check: 'jwt-secret', gravity: 'wrong' },
        { check: 'cors-origins', gravity: 'warning' },
      ],
    });
    for (const secret of [KNOWN, own.server.authPassword, own.server.ownerPassword])
      expect(people.stdout + programs.stdout).not.toContain(secret);
    expectOneMessage(unknown, /--gateways must be a whole number/);
  });

  test('holds the database against the same as the start, all at once', async () => {
    const some = ILLNESSES.filter(([what]) => /bypassrls|view|missing$/.test(what));
    for (const [, make] of some) await asRoot(make);
    try {
      const told = (await examined()).findings.map(({ wrong, mend }) => `${wrong} ${mend}`).join('\n');
      for (const [, , words] of some) expect(told).toMatch(words);
      expect(some.length).toBeGreaterThan(2);
    } finally {
      for (const [, , , unmake] of some) await asRoot(unmake);
    }
  });

  test('names each URL that cannot be reached, or is another’s, and looks at the rest', async () => {
    const nowhere = 'postgres://reigh_owner:hunter2@127.0.0.1:1/reigh_shadow';
    const told = await wrongs({ DATABASE_URL: urls.auth, SHADOW_DATABASE_URL: nowhere, CORS_ORIGINS: '*' });
    expect(told).toContain('DATABASE_URL connects as reigh_authenticator, not as reigh_owner.');
    expect(told.join('\n')).toMatch(
      /postgres:\/\/reigh_owner@127\.0\.0\.1:1\/reigh_shadow cannot be reached/,
    );
    expect(told.join('\n')).toMatch(/CORS_ORIGINS is \*/);
    expect(told.join('\n')).not.toContain('hunter2');
    const settings = parseSettings({ DATABASE_URL: urls.owner, JWT_SECRET: SECRET });
    const { findings } = await examine(settings, { gateways: 1 });
    expect(findings.map(({ wrong }) => wrong)).toEqual(['AUTH_DATABASE_URL is not set.']);
  });

  test('reckons whether all gateways have room', async () => {
    expect(await wrongs({ DATABASE_POOL_SIZE: '20' }, 2)).toEqual([]);
    expect(await wrongs({ DATABASE_POOL_SIZE: '20' }, 3)).toEqual([
      expect.stringMatching(/not enough connections: 3 gateway\(s\) of 38 connections, and room for 97/),
    ]);
    await asRoot('alter role reigh_authenticator connection limit 20');
    try {
      expect(await wrongs()).toEqual([expect.stringMatching(/room for 20\./)]);
    } finally {
      await asRoot('alter role reigh_authenticator connection limit -1');
    }
  });

  test('notices that nobody clears the change log', async () => {
    await asOwner(
      `insert into realtime.changes (project_id, operation, logged_at, wakes)
       values (gen_random_uuid(), 'RESYNC', now() - interval '30 hours', false)`,
    );
    try {
      expect(await wrongs()).toEqual([expect.stringMatching(/oldest change in the log is 30 h old.*is 24/)]);
      expect(await wrongs({ REALTIME_LOG_HOURS: '48' })).toEqual([]);
    } finally {
      await asOwner('delete from realtime.changes');
    }
  });

  test('looks at the issuer’s keys', async () => {
    const issuer = await Issuer.start();
    const JWT_JWKS_URL = issuer.url;
    try {
      expect(await wrongs({ JWT_JWKS_URL })).toEqual([expect.stringMatching(/None of the 0 key/)]);
      await issuer.addKey('one');
      const { well } = await examined({ JWT_JWKS_URL });
      expect(well).toContainEqual({ check: 'jwks', said: '1 of 1 key(s) at JWT_JWKS_URL can be used' });
    } finally {
      await issuer.stop();
    }
    expect(await wrongs({ JWT_JWKS_URL })).toEqual([expect.stringMatching(/cannot be read: .*\w/)]);
  });

  test('looks at the list of operations', async () => {
    const file = path.join(await emptyFolder(), 'list.json');
    const misfit = '{ nothingOfTheKind }';
    await writeFile(file, JSON.stringify({ [hashOf(misfit)]: misfit }));
    expect(await wrongs({ PERSISTED_OPERATIONS: 'allow', PERSISTED_OPERATIONS_FILE: file })).toEqual([
      expect.stringMatching(/1 of 1 listed operations do not fit the API/),
    ]);
    await writeFile(file, '{}}');
    expect(await wrongs({ PERSISTED_OPERATIONS: 'allow', PERSISTED_OPERATIONS_FILE: file })).toEqual([
      expect.stringMatching(/cannot be used/),
    ]);
  });

  test('of an embedded database looks at the one that runs, and starts none', async () => {
    const settings = parseSettings({ NODE_ENV: 'test', DATA_DIR: path.join(await emptyFolder(), 'data') });
    const wrongsHere = async () =>
      (await examine(settings, { gateways: 1 })).findings.map(({ wrong }) => wrong);
    expect(await wrongsHere()).toEqual(['The embedded PostgreSQL does not run here.']);
    const database = await openDatabase(settings);
    try {
      await migrate(database.urls);
      const { ok, well, findings } = await examine(settings, { gateways: 1 });
      expect({ ok, findings }).toEqual({ ok: true, findings: [] });
      expect(well.map(({ check }) => check)).toEqual(
        expect.arrayContaining(['disk', 'AUTH_DATABASE_URL', 'DATABASE_URL', 'change-log', 'migrations']),
      );
    } finally {
      await database.stop();
    }
    expect(await wrongsHere()).toEqual(['The embedded PostgreSQL does not run here.']);
  });
});
