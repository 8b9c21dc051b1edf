import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { alice, anonymous, bob, gpu1, service, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { withScope } from '../../server/auth/scope';
import type { Claims } from '../../server/auth/claims';
import { attempt } from '../rls/attempt';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Account {
  id: string;
  email: string | null;
  name: string | null;
  avatar_url: string | null;
  credits: string;
}

const newUser = (): User => ({ kind: 'user', id: randomUUID(), email: 'new@test.example' });

/** Calls ensure_user() with these claims beside role and sub. */
function ensure(claims: Record<string, unknown>): Promise<Account> {
  const scope = {
    claims: { role: 'authenticated', sub: randomUUID(), ...claims } as Claims,
    requestId: 'test',
    readOnly: false,
    statementTimeoutMs: 30_000,
  };
  return withScope(database.pool, scope, async (client) => {
    const { rows } = await client.query<Account>('select * from ensure_user()');
    return rows[0]!;
  });
}

describe('ensure_user()', () => {
  test('makes the account from the claims of the token', async () => {
    const sub = randomUUID();
    const account = await ensure({
      sub,
      email: 'ada@test.example',
      user_metadata: { full_name: 'Ada Lovelace', avatar_url: 'https://example.com/ada.png' },
    });
    expect(account).toMatchObject({
      id: sub,
      email: 'ada@test.example',
      name: 'Ada Lovelace',
      avatar_url: 'https://example.com/ada.png',
    });
    expect(Number(account.credits)).toBe(0);
  });

  test('takes the name from user_metadata.name when there is no full name', async () => {
    expect(await ensure({ user_metadata: { name: 'Ada' } })).toMatchObject({ name: 'Ada', email: null });
  });

  test('makes an account of whatever the identity provider says about a person', async () => {
    const metadata = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue(),
      fc.record({
        full_name: fc.jsonValue(),
        name: fc.string({ maxLength: 400 }),
        avatar_url: fc.jsonValue(),
      }),
    );
    // A zero character is no text for PostgreSQL, and no token of a provider holds one.
    const sayable = metadata.filter((value) => !JSON.stringify(value ?? null).includes('\\u0000'));
    await fc.assert(
      fc.asyncProperty(sayable, async (user_metadata) => {
        const sub = randomUUID();
        expect(await ensure({ sub, user_metadata })).toMatchObject({ id: sub });
      }),
      { numRuns: 60 },
    );
  });

  test('called again returns the account as it is, and changes nothing', async () => {
    const user = newUser();
    const first = await database.query<Account>(user, 'select * from ensure_user()');
    await database.query(user, `update users set name = 'Renamed' where id = $1`, [user.id]);
    const changed = await database.asOwner('select * from users where id = $1', [user.id]);
    const again = await database.query<Account>(
      { ...user, email: 'other@test.example' },
      'select * from ensure_user()',
    );
    expect(again).toEqual(changed);
    expect(again).toMatchObject([{ ...first[0], name: 'Renamed', updated_at: expect.anything() as unknown }]);
  });

  test('called by twenty sessions at once makes one account, and all of them get it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = newUser();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => database.query<Account>(user, 'select * from ensure_user()')),
      );
      expect(new Set(answers.map(([account]) => account?.id))).toEqual(new Set([user.id]));
      expect(await database.asOwner('select from users where id = $1', [user.id])).toHaveLength(1);
    }
  });

  test.each([
    ['somebody without a token', anonymous],
    ['a worker', gpu1],
    ['a service', service],
  ])('is refused to %s', async (_, actor) => {
    const before = await database.asOwner('select from users');
    const outcome = await attempt(database, actor, 'select * from ensure_user()');
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
    expect(await database.asOwner('select from users')).toHaveLength(before.length);
  });

  test('is refused to a caller whose claims name nobody, or another role', async () => {
    for (const claims of [{ role: 'authenticated' }, { role: 'anon', sub: alice.id }]) {
      const asked = database.as(alice, async (client) => {
        await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)]);
        return client.query('select * from ensure_user()');
      });
      await expect(asked).rejects.toMatchObject({ code: 'RG401' });
    }
  });
});

describe('a username', () => {
  const rename = (user: User, username: string) =>
    attempt(database, user, 'update users set username = $2 where id = $1', [user.id, username]);

  beforeAll(async () => {
    const make = builders(database);
    await make.account(alice);
    await make.account(bob);
    await database.query(alice, `update users set username = 'Ink.Maker-1' where id = $1`, [alice.id]);
  });

  test.each(['Ink.Maker-1', 'ink.maker-1', 'INK.MAKER-1', 'iNk.mAkEr-1'])(
    'that another has is taken however it is written: %s',
    async (username) => {
      expect(await rename(bob, username)).toMatchObject({
        ok: false,
        code: '23505',
        constraint: 'users_username_key',
      });
    },
  );

  test('may be written differently by who has it', async () => {
    expect(await rename(alice, 'INK.MAKER-1')).toMatchObject({ ok: true, count: 1 });
  });

  test('like that of another, but not the same, is free', async () => {
    expect(await rename(bob, 'Ink.Maker-2')).toMatchObject({ ok: true, count: 1 });
  });

  test.each(['jürgen', 'JÜRGEN', 'İnk.Maker-1', 'ınk.maker-1', 'Ink.Maker‑1'])(
    'cannot imitate another by letters beyond a to z: %s',
    async (username) => {
      expect(await rename(bob, username)).toMatchObject({
        ok: false,
        code: '23514',
        constraint: 'users_username_is_readable',
      });
    },
  );

  test('is unique in any alphabet, should the check ever allow more letters', async () => {
    const lowered = await database.asOwner<{ same: boolean }>(
      `select lower('JÜRGEN') = lower('jürgen') as same`,
    );
    expect(lowered).toEqual([{ same: true }]);
  });

  test('is free for many who have none', async () => {
    const nameless = await database.asOwner('select from users where username is null');
    expect(nameless.length).toBeGreaterThan(1);
  });
});
