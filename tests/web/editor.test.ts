import type { Locator, Page } from 'playwright-core';
import { eventually } from '../helpers/process';
import {
  barriersOn,
  filmOf,
  holdNext,
  openStudioPages,
  SAMPLE,
  type StudioPages,
} from '../helpers/studioPage';

const { alice } = SAMPLE;
let studio: StudioPages;
let projectId: string;

beforeAll(async () => {
  studio = await openStudioPages();
  projectId = await filmOf(studio);
});

afterAll(async () => {
  await studio?.stop();
});

afterEach(() => studio.closeWindows());

interface Place {
  id: string;
  name: string;
  position: number | null;
  frame: number | null;
}

async function shotNamed(start: string): Promise<string> {
  const [shot] = await studio.database.query<{ id: string }>(
    alice,
    'select id from shots where project_id = $1 and name like $2',
    [projectId, `${start}%`],
  );
  return shot!.id;
}

/** What is in a shot, by frame. */
const placesOf = (shotId: string) =>
  studio.database.query<Place>(
    alice,
    `select sg.id, coalesce(g.name, g.prompt) as name, sg.position, sg.timeline_frame as frame
     from shot_generations sg join generations g on g.id = sg.generation_id
     where sg.shot_id = $1 order by sg.timeline_frame nulls last, sg.position, sg.id`,
    [shotId],
  );

const framesIn = async (shotId: string) =>
  (await placesOf(shotId))
    .filter(({ frame }) => frame !== null)
    .map(({ name, frame }) => `${name}, frame ${frame}`);
const orderIn = async (shotId: string) =>
  (await placesOf(shotId))
    .filter(({ position }) => position !== null)
    .sort((a, b) => a.position! - b.position!)
    .map(({ name }) => name);

/** For each transaction that changed places in the shot, how many it changed. */
async function batchesOf(shotId: string): Promise<number[]> {
  const rows = await studio.database.asOwner<{ many: number }>(
    `select count(*)::int as many from realtime.changes
     where log_table = 'SHOT_GENERATIONS' and shot_id = $1 group by xid order by min(id)`,
    [shotId],
  );
  return rows.map(({ many }) => many);
}

const itemsOf = (page: Page) => page.getByRole('listbox', { name: 'Timeline' }).getByRole('option');
const labelsOf = (items: Locator) =>
  items.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label')));
const namesIn = (page: Page, list: string) =>
  page
    .getByRole('list', { name: list, exact: true })
    .locator('.order-words > :first-child')
    .allTextContents();

/** Waits until what is read is what was expected, and tells the difference when it never is. */
const comes = <T>(expected: T, read: () => Promise<T>) =>
  eventually(async () => expect(await read()).toEqual(expected));

async function openShot(shotId: string) {
  const window = await studio.open('alice', { path: `/projects/${projectId}/shots/${shotId}` });
  await itemsOf(window.page).first().waitFor();
  return window;
}

async function drag(page: Page, from: Locator, dx: number, dy = 0): Promise<void> {
  const box = (await from.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + 30];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx / 2, y + dy / 2, { steps: 3 });
  await page.mouse.move(x + dx, y + dy, { steps: 3 });
  await page.mouse.up();
}

test('three items that are dragged together are one transaction, and another window shows them', async () => {
  const shotId = await shotNamed('01');
  const [{ page, complaints }, other] = await Promise.all([openShot(shotId), openShot(shotId)]);
  const items = itemsOf(page);
  const before = await placesOf(shotId);
  const onTimeline = before.filter(({ frame }) => frame !== null);
  expect(await labelsOf(items)).toEqual(await framesIn(shotId));

  for (const [index, place] of [1, 2, 4].entries()) {
    await items.nth(place).click(index === 0 ? {} : { modifiers: ['Control'] });
  }
  const already = (await batchesOf(shotId)).length;
  await drag(page, items.nth(2), 60);
  const label = await items.nth(1).getAttribute('aria-label');
  const by = Number(/\d+$/.exec(label!)![0]) - onTimeline[1]!.frame!;
  expect(by).toBeGreaterThan(0);
  const moved = onTimeline.map(
    ({ name, frame }, index) => `${name}, frame ${frame! + ([1, 2, 4].includes(index) ? by : 0)}`,
  );
  await comes(moved.sort(), async () => (await framesIn(shotId)).sort());
  await comes(moved, async () => ((await labelsOf(itemsOf(other.page))) as string[]).sort());
  expect(((await labelsOf(items)) as string[]).sort()).toEqual(moved);
  expect((await batchesOf(shotId)).slice(already)).toEqual([3]);

  // By keys: all that is pressed without a pause is one change, and the first stops at 0.
  await items.nth(2).focus();
  await page.keyboard.press('Control+a');
  for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'ArrowLeft'])
    await page.keyboard.press(key);
  await comes(
    moved.map((text) => text.replace(/\d+$/, (frame) => String(Number(frame) + 11))).sort(),
    async () => (await framesIn(shotId)).sort(),
  );
  expect((await batchesOf(shotId)).slice(already)).toEqual([3, onTimeline.length]);
  for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowLeft');
  await comes(moved, async () => (await framesIn(shotId)).sort());
  expect(complaints).toEqual([]);
  expect(other.complaints).toEqual([]);
});

test('the later of two quick drops is not undone by the answer to the earlier', async () => {
  const shotId = await shotNamed('02');
  const { page } = await openShot(shotId);
  const items = itemsOf(page);
  const held = await holdNext(page, 'BatchUpdateTimelineFrames');
  await drag(page, items.last(), 30);
  await held.arrived;
  await drag(page, items.last(), 40);
  const wanted = (await labelsOf(items)) as string[];
  expect(wanted).not.toEqual(await framesIn(shotId));
  // Every label that the item had from now on.
  await items.last().evaluate((element) => {
    const seen: (string | null)[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(element.getAttribute('aria-label'))).observe(element, {
      attributes: true,
    });
  });
  await held.letGo();
  await comes(wanted, () => framesIn(shotId));
  await comes(wanted, async () => (await labelsOf(items)) as string[]);
  const seen = await page.evaluate('window.seen');
  expect(new Set([wanted.at(-1), ...(seen as string[])])).toEqual(new Set([wanted.at(-1)]));
});

test('the order is changed by pointer and keys, and things go to the tray and back', async () => {
  const shotId = await shotNamed('03');
  const { page, complaints } = await openShot(shotId);
  const cards = page.getByRole('list', { name: 'Order', exact: true }).getByRole('listitem');
  const [first, second, third, ...rest] = await orderIn(shotId);
  const [from, to] = [(await cards.nth(0).boundingBox())!, (await cards.nth(2).boundingBox())!];
  await drag(page, cards.nth(0), to.x - from.x + 60, to.y - from.y);
  await comes([second, third, first, ...rest], () => namesIn(page, 'Order'));
  await comes([second, third, first, ...rest], () => orderIn(shotId));

  await cards.nth(0).getByRole('button', { name: /^Open/ }).focus();
  await page.keyboard.press('Alt+ArrowRight');
  await comes([third, second, first, ...rest], () => orderIn(shotId));
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(`Open ${second}`);

  await cards
    .nth(1)
    .getByRole('button', { name: /to the tray/ })
    .click();
  await comes([third, first, ...rest], () => orderIn(shotId));
  expect(await namesIn(page, 'Tray')).toContain(second);
  await comes(0, async () => (await framesIn(shotId)).filter((text) => text.startsWith(`${second},`)).length);

  await page.getByRole('button', { name: `Place ${second}`, exact: true }).click();
  await comes([third, first, ...rest, second], () => orderIn(shotId));
  const places = await placesOf(shotId);
  const last = Math.max(...places.filter(({ name }) => name !== second).map(({ frame }) => frame ?? 0));
  expect(places.find(({ name, position }) => name === second && position !== null)?.frame).toBe(last + 50);

  await page.getByRole('button', { name: 'Add pictures' }).click();
  await page.locator('.picker-card').first().click();
  await page.getByRole('button', { name: 'Add 1' }).click();
  await comes(rest.length + 4, async () => (await orderIn(shotId)).length);
  await comes(await orderIn(shotId), () => namesIn(page, 'Order'));
  expect(complaints).toEqual([]);
});

test('what is refused is told and put back; of a shot that was deleted meanwhile it is said that it is gone', async () => {
  const shotId = await shotNamed('04');
  const { page } = await openShot(shotId);
  const [first, second] = await orderIn(shotId);
  const reorder = await holdNext(page, 'ReorderShotGenerations');
  await page.getByRole('button', { name: `Move ${first} later` }).click();
  await reorder.arrived;
  expect((await namesIn(page, 'Order')).slice(0, 2)).toEqual([second, first]);
  // In another session somebody places what is in the tray: the order that was sent is not a whole one any more.
  const tray = (await placesOf(shotId)).find(({ position }) => position === null)!;
  await studio.database.query(alice, 'select position_shot_generation($1, 99)', [tray.id]);
  await reorder.letGo();
  await page.locator('.toast.bad').waitFor();
  await comes(await orderIn(shotId), () => namesIn(page, 'Order'));
  expect((await orderIn(shotId)).slice(0, 2)).toEqual([first, second]);

  const move = await holdNext(page, 'BatchUpdateTimelineFrames');
  await drag(page, itemsOf(page).first(), 40);
  await move.arrived;
  await studio.database.query(alice, 'delete from shots where id = $1', [shotId]);
  await move.letGo();
  await page.locator('.toast.bad', { hasText: shotId }).waitFor();
  await page.getByText('This shot is gone.').waitFor();
});

test('axe finds nothing serious in a shot and where pictures are chosen for it', async () => {
  const { page } = await openShot(await shotNamed('01'));
  await itemsOf(page).nth(1).click();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add pictures' }).click();
  await page.locator('.picker-card').first().click();
  expect(await barriersOn(page)).toEqual([]);
});
