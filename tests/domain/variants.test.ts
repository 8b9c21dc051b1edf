import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  project = await make.project(alice);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
});
afterAll(() => database?.drop());

const sql = (text: string, values: unknown[] = []) => database.query(alice, text, values);
const generation = async (id: string) =>
  (await database.asOwner<Record<string, unknown>>('select * from generations where id = $1', [id]))[0];
const variants = (id: string) =>
  database.asOwner<{
    id: string;
    location: string;
    is_primary: boolean;
    params: unknown;
    variant_type: string;
  }>('select * from generation_variants where generation_id = $1 order by created_at, id', [id]);

test('a generation with a location gets its original variant', async () => {
  const id = await make.generation(alice, project, 'one.png');
  expect(await variants(id)).toMatchObject([
    { location: 'one.png', is_primary: true, variant_type: 'original' },
  ]);
});

test('a location that comes later makes the original variant then', async () => {
  const id = await make.generation(alice, project, null);
  expect(await variants(id)).toEqual([]);
  await sql(`update generations set location = 'late.png', name = 'Late' where id = $1`, [id]);
  expect(await variants(id)).toMatchObject([{ location: 'late.png', is_primary: true }]);
});

test('a variant added to a bare generation is primary', async () => {
  const id = await make.generation(alice, project, null);
  await make.variant(alice, id, 'first.png');
  expect(await generation(id)).toMatchObject({ location: 'first.png' });
});

test('a new primary takes over, and the generation shows it', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(
    `insert into generation_variants (generation_id, location, is_primary, params, name) values ($1, 'b.png', true, '{"x": 1}', 'B')`,
    [id],
  );
  expect(await generation(id)).toMatchObject({ location: 'b.png', params: { x: 1 }, name: 'B' });
  expect((await variants(id)).map((variant) => variant.is_primary).sort()).toEqual([false, true]);
});

test('of several primaries in one statement the last one stays', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(
    `insert into generation_variants (generation_id, location, is_primary) values ($1, 'b.png', true), ($1, 'c.png', true)`,
    [id],
  );
  expect(await generation(id)).toMatchObject({ location: 'c.png' });
});

test('the flag can be set for all by an expression', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const second = await make.variant(alice, id, 'b.png');
  await sql(`update generation_variants set is_primary = (id = $2) where generation_id = $1`, [id, second]);
  expect(await generation(id)).toMatchObject({ location: 'b.png', primary_variant_id: second });
});

test('the flag taken from one of several goes to the newest other', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await make.variant(alice, id, 'b.png');
  const newest = await make.variant(alice, id, 'c.png');
  await sql(`update generation_variants set is_primary = false where generation_id = $1 and is_primary`, [
    id,
  ]);
  expect(await generation(id)).toMatchObject({ primary_variant_id: newest });
});

test('the flag of the only variant cannot be taken', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await expect(
    sql(`update generation_variants set is_primary = false where generation_id = $1`, [id]),
  ).rejects.toMatchObject({
    code: 'RG409',
  });
});

test('params and location written together both arrive', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(`update generations set location = 'new.png', params = '{"seed": 7}' where id = $1`, [id]);
  expect(await variants(id)).toMatchObject([{ location: 'new.png', params: { seed: 7 } }]);
});

test('starring wipes nothing, on neither side', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(`update generations set params = '{"seed": 7}' where id = $1`, [id]);
  await sql(`update generation_variants set starred = true where generation_id = $1`, [id]);
  await sql(`update generations set starred = true where id = $1`, [id]);
  expect(await generation(id)).toMatchObject({ params: { seed: 7 }, starred: true });
});

test('NULL is written through, but for the location', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(`update generations set name = 'N', thumbnail_url = 't' where id = $1`, [id]);
  await sql(`update generations set name = null, thumbnail_url = null where id = $1`, [id]);
  expect(await variants(id)).toMatchObject([{ name: null, thumbnail_url: null }]);
  await expect(sql(`update generations set location = null where id = $1`, [id])).rejects.toMatchObject({
    code: 'RG409',
  });
});

test('naming a primary switches to it; naming none elects the newest', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const second = await make.variant(alice, id, 'b.png');
  const third = await make.variant(alice, id, 'c.png');
  await sql(`update generations set primary_variant_id = $2 where id = $1`, [id, second]);
  expect(await generation(id)).toMatchObject({ location: 'b.png' });
  await sql(`update generations set primary_variant_id = null where id = $1`, [id]);
  expect(await generation(id)).toMatchObject({ primary_variant_id: third, location: 'c.png' });
});

test('a switch and a new name in one statement: the name goes to the new primary', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const second = await make.variant(alice, id, 'b.png');
  await sql(`update generations set primary_variant_id = $2, name = 'Both' where id = $1`, [id, second]);
  expect(await generation(id)).toMatchObject({ location: 'b.png', name: 'Both' });
  expect((await variants(id)).map((variant) => (variant as unknown as { name: string }).name)).toEqual([
    null,
    'Both',
  ]);
});

test('a variant of another generation cannot be the primary one', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const other = await make.generation(alice, project, 'b.png');
  const [foreign] = await variants(other);
  await expect(
    sql(`update generations set primary_variant_id = $2 where id = $1`, [id, foreign?.id]),
  ).rejects.toMatchObject({
    code: '23503',
  });
});

test('a variant never changes generation, not even by the owner of the database', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const other = await make.generation(alice, project, 'b.png');
  await expect(
    database.asOwner('update generation_variants set generation_id = $2 where generation_id = $1', [
      id,
      other,
    ]),
  ).rejects.toMatchObject({ code: 'RG409' });
});

test('deleting the primary promotes the newest that remains', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await make.variant(alice, id, 'b.png');
  const newest = await make.variant(alice, id, 'c.png');
  await sql(`delete from generation_variants where generation_id = $1 and is_primary`, [id]);
  expect(await generation(id)).toMatchObject({ primary_variant_id: newest, location: 'c.png' });
});

test('deleting the primary together with its successor promotes the one that is left', async () => {
  const id = await make.generation(alice, project, 'a.png');
  const left = await make.variant(alice, id, 'b.png');
  const successor = await make.variant(alice, id, 'c.png');
  await sql(`delete from generation_variants where generation_id = $1 and (is_primary or id = $2)`, [
    id,
    successor,
  ]);
  expect(await generation(id)).toMatchObject({ primary_variant_id: left });
});

test('deleting the last variant leaves a bare generation', async () => {
  const id = await make.generation(alice, project, 'a.png');
  await sql(`update generations set name = 'x', thumbnail_url = 't', params = '{"a": 1}' where id = $1`, [
    id,
  ]);
  await sql('delete from generation_variants where generation_id = $1', [id]);
  expect(await generation(id)).toMatchObject({
    ...{ primary_variant_id: null, location: null, thumbnail_url: null, name: null, params: {} },
  });
});

test('children are kept on their parent, in order, and follow when they move or go', async () => {
  const parent = await make.generation(alice, project);
  const other = await make.generation(alice, project);
  await sql(
    `insert into generations (project_id, parent_generation_id, is_child, child_order) values ($1, $2, true, 1), ($1, $2, true, 0), ($1, $2, true, null)`,
    [project, parent],
  );
  expect(
    ((await generation(parent))?.children as { order: number | null }[]).map(({ order }) => order),
  ).toEqual([0, 1, null]);
  await sql(
    'update generations set parent_generation_id = $2 where parent_generation_id = $1 and child_order = 0',
    [parent, other],
  );
  expect((await generation(other))?.children).toHaveLength(1);
  await sql('delete from generations where parent_generation_id = $1 and child_order = 1', [parent]);
  expect((await generation(parent))?.children).toHaveLength(1);
});

describe('what is written for each of the two tables', () => {
  /** Statements on the two tables by what they did, those that changed no row included. */
  const statementsOf = async (work: () => Promise<unknown>) => {
    await database.asOwner(`
      create table public.statements (what text not null);
      create function public.count_statement() returns trigger language plpgsql security definer as $$
      begin insert into public.statements values (lower(tg_op) || ' ' || tg_table_name); return null; end $$;
      create trigger zzz after insert or update or delete on generations for each statement execute function count_statement();
      create trigger zzz after insert or update or delete on generation_variants for each statement execute function count_statement();
    `);
    try {
      await work();
      const rows = await database.asOwner<{ what: string }>('select what from public.statements order by 1');
      return rows.map(({ what }) => what);
    } finally {
      await database.asOwner('drop function public.count_statement() cascade; drop table public.statements');
    }
  };

  test('is no more than what changes: a statement that finds nothing sets off as much as one that does', async () => {
    let id = '';
    expect(await statementsOf(async () => (id = await make.generation(alice, project, 'a.png')))).toEqual([
      'insert generation_variants',
      'insert generations',
      'update generations',
    ]);
    expect(await statementsOf(() => make.variant(alice, id, 'b.png'))).toEqual([
      'insert generation_variants',
    ]);
    expect(
      await statementsOf(() => sql(`update generations set starred = true where id = $1`, [id])),
    ).toEqual(['update generations']);
    expect(await statementsOf(() => sql(`update generations set name = 'A' where id = $1`, [id]))).toEqual([
      'update generation_variants',
      'update generations',
    ]);
  });
});
