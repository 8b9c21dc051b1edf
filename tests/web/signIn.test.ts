import { signToken } from '../../server/auth/token';
import { TEST_SECRET } from '../helpers/actors';
import { barriersOn, openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

let studio: StudioPages;

beforeAll(async () => {
  studio = await openStudioPages();
});

afterAll(async () => {
  await studio?.stop();
});

afterEach(() => studio.closeWindows());

test('who can be signed in no more is told so, and can sign in as another', async () => {
  const context = await studio.browser.newContext();
  await context.addInitScript(() => {
    const nobody = { kind: 'sample', userId: '00000000-0000-4000-8000-000000000000' };
    localStorage.setItem('reigh.session', JSON.stringify(nobody));
  });
  const page = await context.newPage();
  await page.goto(studio.gateway.url);
  await page.getByRole('alert').getByText('cannot sign in here').waitFor();
  await page.getByRole('button', { name: SAMPLE.bob.name }).click();
  await page.getByRole('link', { name: 'Gallery', exact: true }).waitFor();
  await context.close();
});

test('a tab is its own: who signs in or out in another one changes nothing here', async () => {
  const { page, context } = await studio.open('alice');
  const other = await context.newPage();
  await other.goto(studio.gateway.url);
  await other.getByRole('button', { name: /sign out alice/i }).click();
  await other.getByRole('button', { name: SAMPLE.bob.name }).click();
  await other.getByRole('button', { name: /sign out bob/i }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: /sign out alice/i }).waitFor();
  await page.getByRole('button', { name: /sign out alice/i }).click();
  await other.reload();
  await other.getByRole('button', { name: /sign out bob/i }).waitFor();
});

test('a token of one’s own signs in too; what is none, or has ended, is said so', async () => {
  const context = await studio.browser.newContext();
  const page = await context.newPage();
  await page.goto(studio.gateway.url);
  const field = page.getByLabel(/token of your own/i);
  const submit = () => page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await field.fill('half a token');
  await submit();
  await page.getByRole('alert').getByText('not a token').waitFor();
  const user = { role: 'authenticated', sub: SAMPLE.carol.id, email: SAMPLE.carol.email };
  const settings = { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET };
  await field.fill(await signToken({ ...user, expires: -60 }, settings));
  await submit();
  await page.getByRole('alert').getByText('has ended').waitFor();
  await field.fill(await signToken({ ...user, expires: '1h' }, settings));
  await submit();
  await page.getByRole('button', { name: /sign out carol/i }).waitFor();
  await context.close();
});

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
