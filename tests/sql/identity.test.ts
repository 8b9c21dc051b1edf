import type { Pool, PoolClient } from 'pg';
import { alice, anonymous, bob, gpu1, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const HELPERS = `select auth.uid() as uid, auth.role() as role, auth.email() as email, auth.jwt() as jwt,
  auth.worker_id() as worker`;
const NOBODY = { uid: null, role: null, email: null, jwt: null, worker: null };

/** Asks on a connection that acts as nobody in particular, in a transaction that is undone. */
async function asked(pool: Pool, claims?: string): Promise<unknown> {
  const client: PoolClient = await pool.connect();
  try {
    await client.query('begin');
    await client.query('set local role anon');
    if (claims !== undefined) {
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [claims]);
    }
    return (await client.query<Record<string, unknown>>(HELPERS)).rows[0];
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('the identity helpers', () => {
  test('read the claims of a user', async () => {
    expect(await database.query(alice, HELPERS)).toEqual([
      {
        uid: alice.id,
        role: 'authenticated',
        email: alice.email,
        worker: null,
        jwt: { role: 'authenticated', sub: alice.id, email: alice.email },
      },
    ]);
  });

  test.each([
    ['a worker', gpu1, { uid: null, role: 'worker', worker: 'gpu-1' }],
    ['a service', service, { uid: null, role: 'service_role', worker: null }],
    ['somebody without a token', anonymous, { uid: null, role: 'anon', worker: null }],
  ])('read the claims of %s', async (_, actor, expected) => {
    expect(await database.query(actor, HELPERS)).toEqual([expect.objectContaining(expected)]);
  });

  test('know nobody when the setting was never made', async () => {
    const fresh = await createTestDatabase();
    try {
      expect(await asked(fresh.pool)).toEqual(NOBODY);
    } finally {
      await fresh.drop();
    }
  });

  test('know nobody when the setting is empty', async () => {
    expect(await asked(database.pool, '')).toEqual(NOBODY);
  });

  test('know nobody on a connection that spoke for somebody before, where the setting reads as empty', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ sub: bob.id }),
      ]);
      await client.query('commit');
      const { rows: left } = await client.query(
        `select current_setting('request.jwt.claims', true) as setting`,
      );
      expect(left).toEqual([{ setting: '' }]);
      await client.query('begin');
      await client.query('set local role anon');
      expect((await client.query(HELPERS)).rows).toEqual([NOBODY]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('take empty claims as absent ones', async () => {
    expect(await asked(database.pool, JSON.stringify({ sub: '', worker_id: '' }))).toMatchObject({
      uid: null,
      worker: null,
    });
  });

  test.each([
    ['a sub that is no uuid', JSON.stringify({ sub: 'alice' }), '22P02'],
    ['claims that are no JSON', 'sub=alice', '22P02'],
  ])('fail at %s instead of knowing nobody', async (_, claims, code) => {
    await expect(asked(database.pool, claims)).rejects.toMatchObject({ code });
  });

  test('leave claims behind in no transaction: the next one on the pool is its own caller’s', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const actor = [alice, bob, gpu1, anonymous][index % 4]!;
        const [row] = await database.query<{ uid: string | null }>(actor, 'select auth.uid() as uid');
        return row?.uid === (actor.kind === 'user' ? actor.id : null);
      }),
    );
    expect(seen).toEqual(seen.map(() => true));
  });
});

describe('the authenticator itself', () => {
  test('may read no table and run no function of the API', async () => {
    for (const sql of ['select * from public.users', 'select public.ensure_user()', 'select auth.uid()']) {
      await expect(database.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test.each(['reigh_owner', 'postgres'])('cannot become %s', async (role) => {
    await expect(database.pool.query(`set role ${role}`)).rejects.toMatchObject({ code: '42501' });
  });

  test.each(['anon', 'authenticated', 'worker', 'service_role'])('can become %s', async (role) => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`set local role ${role}`);
      const { rows } = await client.query('select current_user as name');
      expect(rows).toEqual([{ name: role }]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
