import { barriersOn, openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

let studio: StudioPages;

beforeAll(async () => {
  studio = await openStudioPages();
});

afterAll(async () => {
  await studio?.stop();
});

afterEach(() => studio.closeWindows());

test('a sample user signs in, sees his projects and his credits, and signs out', async () => {
  const { page, complaints } = await studio.open('alice');
  const names = await studio.database.query<{ name: string }>(SAMPLE.alice, 'select name from projects');
  expect(names.length).toBeGreaterThan(1);
  const options = await page.getByLabel('Project').locator('option').allTextContents();
  expect(options.sort()).toEqual(names.map(({ name }) => name).sort());
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  expect(await theme()).toBe('dark');
  await page.getByRole('button', { name: 'Light colours' }).click();
  await page.getByRole('button', { name: 'Dark colours' }).waitFor();
  expect(await theme()).toBe('light');
  await page.getByRole('button', { name: /sign out/i }).click();
  await page.getByRole('button', { name: SAMPLE.bob.name }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: SAMPLE.bob.name }).waitFor();
  expect(await theme()).toBe('light');
  expect(await barriersOn(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
