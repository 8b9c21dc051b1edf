import type { Page } from 'playwright-core';
import { eventually } from '../helpers/process';
import { barriersOn, filmOf, openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

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

const shotNames = (page: Page) => page.locator('main h2').allTextContents();

/** Waits until what is read is what was expected, and tells the difference when it never is. */
const comes = <T>(expected: T, read: () => Promise<T>) =>
  eventually(async () => expect(await read()).toEqual(expected));

test('a shot is made, named, duplicated, sorted and deleted', async () => {
  const { page, complaints } = await studio.open('alice', { path: `/projects/${projectId}/shots` });
  await page.getByRole('heading', { name: /^01/ }).waitFor();
  const inDatabase = async () => {
    const rows = await studio.database.query<{ name: string }>(
      alice,
      'select name from shots where project_id = $1 order by "order"',
      [projectId],
    );
    return rows.map(({ name }) => name);
  };
  const before = await inDatabase();
  expect(await shotNames(page)).toEqual(before);
  const both = async (names: string[]) => {
    expect(await shotNames(page)).toEqual(names);
    await comes(names, inDatabase);
    await comes(names, () => shotNames(page));
  };

  await page.getByRole('button', { name: 'New shot' }).click();
  await page.keyboard.type('Credits roll');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Credits roll' }).waitFor();
  await both([...before, 'Credits roll']);

  await page.getByRole('button', { name: 'Rename Credits roll' }).click();
  await page.keyboard.type('The end');
  await page.keyboard.press('Enter');
  await both([...before, 'The end']);

  await page.getByRole('button', { name: `Duplicate ${before[0]}` }).click();
  await both([...before, 'The end', `${before[0]} (copy)`]);
  const copied = await studio.database.query(
    alice,
    'select from shot_generations sg join shots s on s.id = sg.shot_id where s.project_id = $1 and s.name = $2',
    [projectId, `${before[0]} (copy)`],
  );
  expect(copied.length).toBeGreaterThan(0);

  await page.getByRole('button', { name: `Delete ${before[0]} (copy)` }).click();
  await page.getByRole('button', { name: 'Delete the shot' }).click();
  await both([...before, 'The end']);

  await page.getByRole('link', { name: 'The end' }).focus();
  await page.keyboard.press('Alt+ArrowLeft');
  await both([...before.slice(0, -1), 'The end', before.at(-1)!]);
  expect(complaints).toEqual([]);
});

test('axe finds nothing serious among the shots', async () => {
  const { page } = await studio.open('alice', { path: `/projects/${projectId}/shots` });
  await page.getByRole('heading', { name: /^01/ }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
});
