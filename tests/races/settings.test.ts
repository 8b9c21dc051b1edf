import { randomUUID } from 'node:crypto';
import { alice, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { does, noticeDeadlocksSoon, race, RACE_ROUNDS } from '../helpers/race';

let database: TestDatabase;
let make: ReturnType<typeof builders>;

beforeAll(async () => {
  database = await createTestDatabase();
  await noticeDeadlocksSoon(database);
  make = builders(database);
  await make.account(alice);
});
afterAll(() => database?.drop());

const patch = 'select patch_settings($1, $2, $3, $4, $5) as settings';
const table = { user: 'users', project: 'projects', shot: 'shots' } as const;
type Scope = keyof typeof table;

async function owned(scope: Scope): Promise<string> {
  if (scope === 'user') return alice.id;
  const project = await make.project(alice);
  return scope === 'project' ? project : make.shot(alice, project);
}
const settingsOf = async (scope: Scope, id: string) =>
  (
    await database.asOwner<{ settings: unknown }>(`select settings from ${table[scope]} where id = $1`, [id])
  )[0]?.settings;

describe.each(['user', 'project', 'shot'] as const)('settings of a %s', (scope) => {
  test('different keys, different tools and the name written at once: all survive', async () => {
    for (let round = 0; round < RACE_ROUNDS; round++) {
      const id = await owned(scope);
      const write = (tool: string, value: object) =>
        does(database, alice, patch, [scope, id, tool, JSON.stringify(value), null]);
      const { codes } = await race(
        write('a', { x: round }),
        write('a', { y: { z: round } }),
        write('b', { w: round }),
        does(database, alice, `update ${table[scope]} set name = 'Renamed' where id = $1`, [id]),
      );
      expect(codes).toEqual([]);
      expect(await settingsOf(scope, id)).toEqual({ a: { x: round, y: { z: round } }, b: { w: round } });
    }
  });

  test('of two that expect the same, one is told that it came too late', async () => {
    for (let round = 0; round < RACE_ROUNDS; round++) {
      const id = await owned(scope);
      const tool = `tool ${round}`;
      const write = (value: number) =>
        does(database, alice, patch, [scope, id, tool, JSON.stringify({ value }), '{}']);
      expect((await race(write(1), write(2))).codes).toEqual(['RG409']);
    }
  });
});

test('an account made twice at once is one account', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const newcomer: User = { kind: 'user', id: randomUUID(), email: 'new@test.example' };
    const ensure = does(database, newcomer, 'select id from ensure_user()');
    expect((await race(ensure, ensure)).codes).toEqual([]);
    expect(await database.asOwner('select from users where id = $1', [newcomer.id])).toHaveLength(1);
  }
});
