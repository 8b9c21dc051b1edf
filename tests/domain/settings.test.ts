import { randomUUID } from 'node:crypto';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
let project = '';
let second = '';
let shot = '';

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  project = await make.project(alice);
  second = await make.project(alice, 'The second project');
  shot = await make.shot(alice, project);
  await make.shot(alice, project, 'The second shot');
});
beforeEach(async () => {
  await database.asOwner(`update users set settings = '{"other": {"kept": 1}}'`);
  await database.asOwner(`update projects set settings = '{"other": {"kept": 2}}'`);
  await database.asOwner(`update shots set settings = '{"other": {"kept": 3}}'`);
});
afterAll(() => database?.drop());

const ask = async (sql: string, values: unknown[]) =>
  (await database.query<{ answer: unknown }>(alice, sql, values))[0]?.answer;
const patch = (
  scope: string | null,
  id: string,
  change: unknown,
  expected?: unknown,
  tool: string | null = 'travel',
) =>
  ask('select patch_settings($1, $2, $3, $4, $5) as answer', [
    ...[scope, id, tool, JSON.stringify(change), expected === undefined ? null : JSON.stringify(expected)],
  ]);
const stored = async (table: string, id: string) =>
  (await database.asOwner<{ settings: unknown }>(`select settings from ${table} where id = $1`, [id]))[0]
    ?.settings;

describe.each([
  ['user', 'users', () => alice.id],
  ['project', 'projects', () => project],
  ['shot', 'shots', () => shot],
])('patch_settings of a %s', (scope, table, id) => {
  test('merges objects, replaces lists and plain values, removes nulls, and returns what came of it', async () => {
    expect(await patch(scope, id(), { a: { b: 1, c: 2 }, list: [1, 2], plain: 'x' })).toEqual({
      ...{ a: { b: 1, c: 2 }, list: [1, 2], plain: 'x' },
    });
    const merged = { a: { c: 3 }, list: [3], new: true };
    expect(await patch(scope, id(), { a: { b: null, c: 3 }, list: [3], plain: null, new: true })).toEqual(
      merged,
    );
    expect(await stored(table, id())).toMatchObject({
      travel: merged,
      other: { kept: expect.any(Number) as number },
    });
    const changed = await database.asOwner(`select id from ${table} where settings ? 'travel'`);
    expect(changed).toEqual([{ id: id() }]);
  });

  test('with what is expected succeeds only while it is still that', async () => {
    expect(await patch(scope, id(), { a: 1 }, {})).toEqual({ a: 1 });
    await expect(patch(scope, id(), { a: 2 }, {})).rejects.toMatchObject({ code: 'RG409' });
    expect(await patch(scope, id(), { a: 2 }, { a: 1 })).toEqual({ a: 2 });
  });

  test('refuses an id that does not exist', async () => {
    await expect(patch(scope, randomUUID(), { a: 1 })).rejects.toMatchObject({ code: 'RG404' });
    await expect(patch(scope, randomUUID(), { a: 1 }, {})).rejects.toMatchObject({ code: 'RG404' });
  });

  test('keeps both of two patches of different keys at once', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => patch(scope, id(), { [`key${n}`]: { n } })));
    const all = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`key${n}`, { n }]));
    expect(await stored(table, id())).toMatchObject({ travel: all });
  });

  test('waits for a session that has patched and not committed, and merges into what it left', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await database.as(alice, async (client) => {
      await client.query(`select patch_settings($1, $2, 'travel', '{"first": 1}')`, [scope, id()]);
      late = patch(scope, id(), { second: 2 });
      await waitForLock();
    });
    expect(await late).toEqual({ first: 1, second: 2 });
  });
});

const WAITING = `
  select 1 from pg_locks l join pg_stat_activity a using (pid)
  where not l.granted and a.datname = current_database()`;

/** Until a session waits for another. pg_locks is shown to everybody, another session’s wait is not. */
async function waitForLock(): Promise<void> {
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    if ((await database.asOwner(WAITING)).length > 0) return;
  }
  throw new Error('No session came to wait.');
}

test.each([
  ['a patch that is a list', 'shot', [1], 'travel'],
  ['a patch that is null', 'shot', null, 'travel'],
  ['no tool', 'shot', {}, null],
  ['a tool without a name', 'shot', {}, ' '],
  ['no scope', null, {}, 'travel'],
])('patch_settings refuses %s', async (_what, scope, change, tool) => {
  await expect(patch(scope, shot, change, undefined, tool)).rejects.toMatchObject({ code: 'RG400' });
});

describe('tool_settings', () => {
  const read = (...ids: (string | null)[]) =>
    ask('select tool_settings($1, $2, $3) as answer', ['travel', ids[0] ?? null, ids[1] ?? null]);
  beforeEach(async () => {
    await patch('user', alice.id, { who: 'user', user: 1, deep: { a: 'user', b: 'user', c: 'user' } });
    await patch('project', project, { who: 'project', project: 1, deep: { a: 'project', b: 'project' } });
    await patch('shot', shot, { who: 'shot', shot: 1, deep: { a: 'shot' } });
  });

  test('of a shot win over the project’s, those over the user’s', async () => {
    expect(await read(project, shot)).toEqual({
      user: { who: 'user', user: 1, deep: { a: 'user', b: 'user', c: 'user' } },
      project: { who: 'project', project: 1, deep: { a: 'project', b: 'project' } },
      shot: { who: 'shot', shot: 1, deep: { a: 'shot' } },
      merged: { who: 'shot', user: 1, project: 1, shot: 1, deep: { a: 'shot', b: 'project', c: 'user' } },
    });
    expect(await read(null, shot)).toEqual(await read(project, shot));
  });

  test('of a project, and of the user alone', async () => {
    expect(await read(project)).toMatchObject({
      shot: null,
      merged: { who: 'project', deep: { a: 'project' } },
    });
    expect(await read()).toMatchObject({
      project: null,
      shot: null,
      merged: { who: 'user', deep: { a: 'user' } },
    });
    expect(await ask(`select tool_settings('unknown', $1) as answer`, [project])).toEqual({
      ...{ user: null, project: null, shot: null, merged: {} },
    });
  });

  test.each([
    ['a project that does not exist', () => [randomUUID(), null]],
    ['a shot that does not exist', () => [project, randomUUID()]],
    ['a shot that does not exist, without a project', () => [null, randomUUID()]],
    ['a shot of another project', () => [second, shot]],
  ])('refuse %s', async (_what, ids) => {
    await expect(read(...ids())).rejects.toMatchObject({ code: 'RG404' });
  });
});

/** https://www.rfc-editor.org/rfc/rfc7396#appendix-A, all of it. */
const EXAMPLES: [target: string, patch: string, result: string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];
test.each(EXAMPLES)('json_merge_patch of %s by %s is %s', async (target, change, result) => {
  const merged = await ask('select json_merge_patch($1, $2)::text as answer', [target, change]);
  expect(JSON.parse(merged as string)).toEqual(JSON.parse(result));
});
