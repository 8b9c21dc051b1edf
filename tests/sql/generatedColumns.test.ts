import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from '../rls/attempt';
import { ACTIVE_TYPE } from '../rls/world';

let database: TestDatabase;
let project: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.taskType(ACTIVE_TYPE);
  project = await make.project(alice);
});
afterAll(() => database.drop());

type Params = Record<string, unknown>;

async function generationWith(params: Params) {
  const outcome = await attempt(
    database,
    alice,
    'insert into generations (project_id, params) values ($1, $2) returning tool_type, prompt',
    [project, JSON.stringify(params)],
  );
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.rows[0];
}

async function taskWith(params: Params) {
  const outcome = await attempt(
    database,
    service,
    `insert into tasks (project_id, task_type, params) values ($1, $2, $3)
     returning target_shot_id as shot, target_generation_id as generation`,
    [project, ACTIVE_TYPE, JSON.stringify(params)],
  );
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.rows[0];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What `->>` makes of a JSON value: text as it is, null as nothing, the rest as JSON. */
const asText = (value: unknown) =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
const asUuid = (value: unknown) => {
  const text = asText(value);
  return text !== null && UUID.test(text) ? text.toLowerCase() : null;
};

/** What clients have been seen to send, and what nobody should. PostgreSQL's text holds no zero character. */
const garbage = fc
  .oneof(
    fc.constant(null),
    fc.string(),
    fc.uuid(),
    fc.uuid().map((id) => id.toUpperCase()),
    fc.uuid().map((id) => `{${id}}`),
    fc.uuid().map((id) => id.replaceAll('-', '')),
    fc.uuid().map((id) => `${id}\n`),
    fc.uuid().map((id) => `${id} or more`),
    fc.constant(''),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.uuid(), { maxLength: 2 }),
    fc.record({ id: fc.uuid() }),
  )
  .filter((value) => !JSON.stringify(value).includes('\\u0000'));

const paramsOf = (...keys: string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, garbage])), { requiredKeys: [] });

describe('tool_type and prompt of a generation', () => {
  test('are what params says', async () => {
    expect(await generationWith({ tool_type: 'travel', prompt: 'a fox' })).toEqual({
      tool_type: 'travel',
      prompt: 'a fox',
    });
  });

  test('are nothing when params says nothing', async () => {
    expect(await generationWith({})).toEqual({ tool_type: null, prompt: null });
  });

  test('take garbage as the text it is, and refuse none', async () => {
    const scalar = paramsOf('tool_type', 'prompt').filter((params) =>
      Object.values(params).every((value) => typeof value !== 'object' || value === null),
    );
    await fc.assert(
      fc.asyncProperty(scalar, async (params) => {
        expect(await generationWith(params)).toEqual({
          tool_type: asText(params.tool_type),
          prompt: asText(params.prompt),
        });
      }),
      { numRuns: 60 },
    );
  });

  test('follow params when it changes', async () => {
    const rows = await database.query(
      alice,
      `with made as (insert into generations (project_id, params) values ($1, '{"prompt": "old"}') returning id)
       select id from made`,
      [project],
    );
    const changed = await database.query(
      alice,
      `update generations set params = '{"prompt": "new"}' where id = $1 returning prompt`,
      [rows[0]?.id],
    );
    expect(changed).toEqual([{ prompt: 'new' }]);
  });
});

describe('what a task is aimed at', () => {
  test('is the shot and the generation that params names', async () => {
    const [shot_id, generation_id] = [randomUUID(), randomUUID()];
    expect(await taskWith({ shot_id, generation_id })).toEqual({ shot: shot_id, generation: generation_id });
  });

  test('is generation_id before parent_generation_id before based_on', async () => {
    const [generation_id, parent_generation_id, based_on] = [randomUUID(), randomUUID(), randomUUID()];
    const aimed = async (params: Params) => (await taskWith(params))?.generation;
    expect(await aimed({ generation_id, parent_generation_id, based_on })).toBe(generation_id);
    expect(await aimed({ parent_generation_id, based_on })).toBe(parent_generation_id);
    expect(await aimed({ based_on })).toBe(based_on);
    expect(await aimed({ generation_id: null, based_on })).toBe(based_on);
  });

  test('is nothing when params names no uuid, and no garbage keeps the task out', async () => {
    await fc.assert(
      fc.asyncProperty(
        paramsOf('shot_id', 'generation_id', 'parent_generation_id', 'based_on'),
        async (params) => {
          const named = params.generation_id ?? params.parent_generation_id ?? params.based_on;
          expect(await taskWith(params)).toEqual({ shot: asUuid(params.shot_id), generation: asUuid(named) });
        },
      ),
      { numRuns: 150 },
    );
  });
});
