import type { Locator, Page } from 'playwright-core';
import { eventually } from '../helpers/process';
import { barriersOn, holdNext, openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

let studio: StudioPages;
let projectId: string;
let path: string;

beforeAll(async () => {
  studio = await openStudioPages();
  const [project] = await ask<{ id: string }>("select id from projects where name like 'The Keeper%'");
  projectId = project!.id;
  path = `/projects/${projectId}/gallery`;
});

afterAll(async () => {
  await studio?.stop();
});

afterEach(() => studio.closeWindows());

function ask<T extends Record<string, unknown>>(sql: string, values?: unknown[]): Promise<T[]> {
  return studio.database.query<T>(SAMPLE.alice, sql, values);
}

/** How many of the project's pictures the database says there are. */
async function howMany(where = 'true'): Promise<number> {
  const [row] = await ask<{ count: string }>(
    `select count(*) from generations g
      where project_id = $1 and not is_child and location is not null and (${where})`,
    [projectId],
  );
  return Number(row!.count);
}

const cards = (page: Page): Locator => page.getByRole('list', { name: 'Cards' }).locator('[data-card]');
const filters = (page: Page): Locator => page.getByRole('group', { name: 'Filters' });
const idsOf = (page: Page): Promise<string[]> =>
  cards(page).evaluateAll((all) => all.map((card) => card.getAttribute('data-card') ?? ''));
const items = (page: Page, count: number): Locator =>
  page.getByRole('heading', { level: 1, name: `${count} item${count === 1 ? '' : 's'}` });

test('filters leave what the database says, and the address keeps them', async () => {
  const { page, complaints } = await studio.open('alice', { path });
  const clear = page.getByRole('button', { name: 'Clear filters' }).first();
  const all = await howMany();
  await items(page, all).waitFor();

  await filters(page).getByLabel('Type').selectOption('video');
  const videos = await howMany("type = 'video'");
  expect(videos).toBeLessThan(all);
  await items(page, videos).waitFor();

  await filters(page).getByLabel('Tool').selectOption('character-animate');
  const animated = await howMany("type = 'video' and params ->> 'tool_type' = 'character-animate'");
  expect(animated).toBeLessThan(videos);
  await items(page, animated).waitFor();
  expect(await cards(page).count()).toBe(animated);

  await page.reload();
  await items(page, animated).waitFor();
  expect(await filters(page).getByLabel('Tool').inputValue()).toBe('character-animate');
  await page.goBack();
  await items(page, videos).waitFor();

  await clear.click();
  await items(page, all).waitFor();
  await page.getByLabel('Search in prompts').fill('LANTERN');
  const lanterns = await howMany("params ->> 'prompt' ilike '%lantern%'");
  expect(lanterns).toBeGreaterThan(0);
  await items(page, lanterns).waitFor();
  await page.getByRole('button', { name: 'Edits only' }).click();
  await items(
    page,
    await howMany("params ->> 'prompt' ilike '%lantern%' and based_on is not null"),
  ).waitFor();

  await clear.click();
  await filters(page).getByLabel('Shot').selectOption('none');
  const linked = 'exists (select from shot_generations s where s.generation_id = g.id';
  await items(page, await howMany(`not ${linked})`)).waitFor();
  const [shot] = await ask<{ id: string }>(
    'select shot_id as id from shot_generations where project_id = $1 and position is null limit 1',
    [projectId],
  );
  await filters(page).getByLabel('Shot').selectOption(shot!.id);
  await items(page, await howMany(`${linked} and s.shot_id = '${shot!.id}')`)).waitFor();
  await page.getByRole('button', { name: 'Unplaced there' }).click();
  await items(page, await howMany(`${linked} and s.shot_id = '${shot!.id}' and position is null)`)).waitFor();

  await page.getByLabel('Search in prompts').fill('nothing is called this');
  await page.getByText('Nothing matches').waitFor();
  await page.locator('.notice').getByRole('button', { name: 'Clear filters' }).click();
  await items(page, all).waitFor();
  expect(complaints).toEqual([]);
});

test('pages are turned and jumped to, and together they are all there is', async () => {
  const { page, complaints } = await studio.open('alice', { path, height: 500 });
  const all = await howMany();
  await items(page, all).waitFor();
  await cards(page).first().waitFor();
  const pager = page.getByRole('navigation', { name: 'Pages of the gallery' });
  const seen = new Set<string>();
  const pages = Number(
    await page
      .getByText(/^of \d+$/)
      .textContent()
      .then((text) => text?.slice(3)),
  );
  expect(pages).toBeGreaterThan(1);
  for (let at = 1; at <= pages; at += 1) {
    await page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${seen.size + 1}–\\d+ of ${all}$`) })
      .waitFor();
    await page.locator('.gallery-scroller:not([data-busy])').waitFor();
    for (const id of await idsOf(page)) seen.add(id);
    if (at < pages) await pager.getByRole('button', { name: 'Next page' }).click();
  }
  expect(seen.size).toBe(all);
  await page.getByLabel(/^Page, of/).fill('1');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: /^1–/ }).waitFor();
  // What is asked for beyond the end is the last page.
  await page.goto(`${studio.gateway.url}${path}?page=400`);
  await page.waitForURL(new RegExp(`page=${pages}$`));
  expect(complaints).toEqual([]);
});

test('a star is in the database and still there after a reload; what was chosen and confirmed is deleted', async () => {
  const { page, complaints } = await studio.open('alice', { path });
  const [row] = await ask<{ id: string }>(
    `select id from generations where project_id = $1 and not is_child and location is not null and not starred
      order by created_at desc limit 1`,
    [projectId],
  );
  const star = page.locator(`[data-card="${row!.id}"] + .card-star`);
  await star.click();
  await page.locator(`[data-card="${row!.id}"] + .card-star[aria-pressed="true"]`).waitFor();
  await eventually(async () => {
    const [now] = await ask<{ starred: boolean }>('select starred from generations where id = $1', [row!.id]);
    expect(now!.starred).toBe(true);
  });
  await page.reload();
  await star.waitFor();
  expect(await star.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('button', { name: 'Starred', exact: true }).click();
  await items(page, await howMany('starred')).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  const before = await howMany();
  await items(page, before).waitFor();
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  const ids = await idsOf(page);
  await cards(page).nth(0).click();
  await cards(page).nth(1).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await items(page, before - 2).waitFor();
  await page.getByText('2 items deleted').waitFor();
  expect(await ask('select id from generations where id = any ($1)', [ids.slice(0, 2)])).toEqual([]);
  expect(complaints).toEqual([]);
});

test('another primary variant is in the database and on the card; what others change appears by itself', async () => {
  const { page, complaints } = await studio.open('alice', { path });
  const [other] = await ask<{ id: string; generation_id: string; thumbnail_url: string; was: string }>(
    `select v.id, v.generation_id, v.thumbnail_url, g.thumbnail_url as was
       from generation_variants v join generations g on g.id = v.generation_id
      where v.project_id = $1 and not v.is_primary and not g.is_child and v.thumbnail_url <> g.thumbnail_url
      order by g.created_at desc limit 1`,
    [projectId],
  );
  const card = page.locator(`[data-card="${other!.generation_id}"]`);
  await card.click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.variant:not([aria-pressed="true"])').first().waitFor();
  const variants = await ask<{ id: string }>(
    'select id from generation_variants where generation_id = $1 order by created_at desc, id desc',
    [other!.generation_id],
  );
  await dialog
    .locator('.variant')
    .nth(variants.findIndex(({ id }) => id === other!.id))
    .click();

  const picture = card.locator('img').first();
  const sources = await picture.evaluateHandle((img) => {
    const seen: (string | null)[] = [];
    new MutationObserver(() => seen.push(img.getAttribute('src'))).observe(img, { attributeFilter: ['src'] });
    return seen;
  });
  const held = await holdNext(page, 'SetPrimaryVariant');
  await dialog.getByRole('button', { name: 'Make primary' }).click();
  await dialog.getByRole('button', { name: 'Primary', exact: true }).waitFor();
  expect(await picture.getAttribute('src')).toBe(other!.thumbnail_url);
  // Seen ahead of the answer, which had not even been asked for.
  const primaryOf = async () =>
    (
      await ask<{ id: string }>('select primary_variant_id as id from generations where id = $1', [
        other!.generation_id,
      ])
    )[0]!.id;
  expect(await primaryOf()).not.toBe(other!.id);
  await held.letGo();
  await eventually(async () => expect(await primaryOf()).toBe(other!.id));
  // Opened, they were viewed.
  expect(
    await ask('select id from generation_variants where generation_id = $1 and viewed_at is null', [
      other!.generation_id,
    ]),
  ).toEqual([]);

  await ask('update generations set name = $2, starred = true where id = $1', [
    other!.generation_id,
    'Called so from outside',
  ]);
  await dialog.getByRole('heading', { name: 'Called so from outside' }).waitFor();
  await dialog.getByRole('button', { name: 'Starred', exact: true }).waitFor();
  // Once, and never back.
  expect(await sources.jsonValue()).toEqual([other!.thumbnail_url]);
  await ask('select set_primary_variant(id) from generation_variants where generation_id = $1 and id <> $2', [
    other!.generation_id,
    other!.id,
  ]);
  await dialog.getByRole('button', { name: 'Make primary' }).waitFor();
  await page.waitForFunction(
    ([id, src]) => document.querySelector(`[data-card="${id}"] img`)?.getAttribute('src') !== src,
    [other!.generation_id, other!.thumbnail_url] as const,
  );
  await ask('delete from generations where id = $1', [other!.generation_id]);
  await dialog.getByText('This is gone').waitFor();
  expect(complaints).toEqual([]);
});

test('with the keyboard alone: to a card, into the lightbox, to the next, and back to its card', async () => {
  const { page, complaints } = await studio.open('alice', { path, height: 500 });
  await cards(page).first().waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-card') ?? null);
  const ids = await idsOf(page);
  for (let presses = 0; presses < 40 && (await focused()) === null; presses += 1)
    await page.keyboard.press('Tab');
  expect(await focused()).toBe(ids[0]);
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(ids[1]);
  expect(await barriersOn(page)).toEqual([]);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^2 of \d+$/).waitFor();
  await page.keyboard.press('ArrowRight');
  await dialog.getByText(/^3 of \d+$/).waitFor();
  await dialog.getByRole('button', { name: 'Next' }).press('Enter');
  await dialog.getByText(/^4 of \d+$/).waitFor();
  await dialog.getByLabel('Name').waitFor();
  expect(await barriersOn(page)).toEqual([]);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Next');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await focused()).toBe(ids[3]);
  expect(page.url()).not.toContain('item=');
  expect(complaints).toEqual([]);
});
