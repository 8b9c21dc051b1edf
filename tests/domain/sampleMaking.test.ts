import { Client } from 'pg';
import type { World } from '../../server/sample/build/rows';
import { makeWorld } from '../../server/sample/build/world';
import { loadSampleData } from '../../server/sample/load';
import { PEOPLE } from '../../server/sample/people';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
const plans: World[] = PEOPLE.map(makeWorld);
/** What the load sent, with the role it acted in. */
const sent: { role: string; sql: string }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const query = jest.spyOn(Client.prototype, 'query');
  const roles = new Map<unknown, string>();
  try {
    await loadSampleData({ auth: database.authUrl });
    for (const [n, [statement]] of (query.mock.calls as unknown as [string | { text: string }][]).entries()) {
      const client: unknown = query.mock.contexts[n];
      const sql = typeof statement === 'string' ? statement : statement.text;
      const role = /set_config\('role', '(\w+)'/.exec(sql)?.[1] ?? roles.get(client) ?? '';
      roles.set(client, role);
      sent.push({ role, sql });
    }
  } finally {
    query.mockRestore();
  }
});
afterAll(() => database?.drop());

const count = async (sql: string, values?: unknown[]) =>
  Number((await database.asOwner<{ count: string }>(`select count(*) from ${sql}`, values))[0]?.count);

/** What the service writes. */
const SERVED = ['task_types', 'workers', 'tasks', 'credits_ledger'];

describe('who makes it', () => {
  const statements = (role: string) => sent.filter((each) => each.role === role).map(({ sql }) => sql);

  test.each([
    'ensure_user',
    'patch_settings',
    'add_generation',
    'set_primary_variant',
    'mark_variants_viewed',
    'create_shot_with_image',
    'add_generation_to_shot',
    'position_shot_generation',
    'batch_update_timeline_frames',
  ])('the person himself calls %s', (name) => {
    const calls = new RegExp(`public\\.${name}\\(`);
    expect(statements('authenticated').filter((sql) => calls.test(sql)).length).toBeGreaterThanOrEqual(
      PEOPLE.length,
    );
    expect(statements('service_role').filter((sql) => calls.test(sql))).toEqual([]);
  });

  test('the service inserts only what no person can', () => {
    const inserted = statements('service_role').flatMap(
      (sql) => /insert into public\."?(\w+)/.exec(sql)?.[1] ?? [],
    );
    expect([...new Set(inserted)].sort()).toEqual([...SERVED].sort());
  });

  test('generations without a picture are the only ones inserted plainly', () => {
    const inserts = statements('authenticated').filter((sql) => /insert into public\.generations/.test(sql));
    expect(inserts.length).toBeGreaterThan(0);
    for (const sql of inserts) expect(sql).not.toMatch(/location/);
  });
});

describe('what was planned', () => {
  const planned: [string, (plan: World) => { id: string }[]][] = [
    ['projects', (plan) => plan.projects],
    ['shots', (plan) => plan.shots],
    ['generations', (plan) => plan.generations],
    ['generation_variants', (plan) => plan.variants],
    ['shot_generations', (plan) => plan.links],
    ['resources', (plan) => plan.resources],
    ['training_data_batches', (plan) => plan.batches],
    ['training_data', (plan) => plan.videos],
    ['training_data_segments', (plan) => plan.segments],
  ];

  test.each(planned)('is there, all of %s, under ids that the database drew', async (table, rowsOf) => {
    const ids = plans.flatMap(rowsOf).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(await count(table)).toBe(ids.length);
    expect(await count(`${table} where id = any ($1)`, [ids])).toBe(0);
  });

  test('is named nowhere by a planned id, and params name what is there', async () => {
    const ids = planned.flatMap(([, rowsOf]) => plans.flatMap(rowsOf)).map(({ id }) => id);
    for (const table of ['users', ...SERVED, ...planned.map(([name]) => name)]) {
      const rows = await database.asOwner<{ row: string }>(`select t::text as row from ${table} t`);
      const text = rows.map(({ row }) => row).join('\n');
      expect(ids.filter((id) => text.includes(id))).toEqual([]);
    }
    const named = `(select jsonb_array_elements_text(params -> 'image_generation_ids') as id from tasks) n`;
    expect(await count(named)).toBeGreaterThan(0);
    expect(await count(`${named} where not exists (select from generations g where g.id::text = n.id)`)).toBe(
      0,
    );
  });

  test('stands where it was planned to, on timelines and in lists', async () => {
    const places = plans.flatMap((plan) =>
      plan.links.map((link) => {
        const shot = plan.shots.find((each) => each.id === link.shot_id);
        const shown = plan.variants.find(
          (each) => each.generation_id === link.generation_id && each.is_primary,
        );
        const name = shown?.name ?? plan.generations.find((each) => each.id === link.generation_id)?.name;
        return JSON.stringify([shot?.name, name, link.position, link.timeline_frame, link.metadata]);
      }),
    );
    const found = await database.asOwner<{ shot: string; name: string; position: number }>(
      `select s.name as shot, g.name, l.position, l.timeline_frame, l.metadata from shot_generations l
       join shots s on s.id = l.shot_id join generations g on g.id = l.generation_id`,
    );
    expect(found.map((row) => JSON.stringify(Object.values(row))).sort()).toEqual(places.sort());
    const orders = await database.asOwner<{ name: string }>(
      `select s.name from shots s join projects p on p.id = s.project_id order by p.created_at, p.name, s."order"`,
    );
    const told = plans
      .flatMap((plan) => plan.projects.map((project) => ({ project, plan })))
      .sort(
        (a, b) => b.project.created_at - a.project.created_at || a.project.name.localeCompare(b.project.name),
      )
      .flatMap(({ project, plan }) => plan.shots.filter((shot) => shot.project_id === project.id));
    expect(orders.map(({ name }) => name)).toEqual(told.map(({ name }) => name));
  });
});
