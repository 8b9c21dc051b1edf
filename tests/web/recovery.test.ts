import { startTestGateway } from '../helpers/gateway';
import { openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

let studio: StudioPages;

beforeAll(async () => {
  studio = await openStudioPages();
});
afterAll(async () => {
  await studio?.stop();
});

test('the gateway restarts: the page says so, recovers by itself, and shows what happened meanwhile', async () => {
  const { database, gateway } = studio;
  const { page } = await studio.open('alice');
  const [, projectId] = /projects\/([0-9a-f-]+)/.exec(page.url())!;
  const [{ before }] = (await database.query<{ before: number }>(
    SAMPLE.alice,
    'select count(*)::int as before from generations where project_id = $1 and location is not null and not is_child',
    [projectId],
  )) as [{ before: number }];
  expect(before).toBeGreaterThan(1);
  const shows = (count: number) => page.getByRole('heading', { level: 1, name: `${count} items` }).waitFor();
  await shows(before);
  await page.evaluate('window.isSamePage = true');

  const port = new URL(gateway.url).port;
  await gateway.stop();
  await page.getByText('Connecting again').waitFor();
  await database.query(
    SAMPLE.alice,
    `insert into generations (project_id, type, location, name) values ($1, 'image', 'https://example.com/a.png', 'Made meanwhile')`,
    [projectId],
  );
  // Never shown before: it is loaded as soon as it can be.
  await page.getByRole('link', { name: 'Shots', exact: true }).click();
  const next = await startTestGateway(database, { SAMPLE_SIGN_IN: 'true', PORT: port });
  try {
    await page.getByRole('heading', { level: 1, name: /shots/i }).waitFor();
    await page.getByRole('link', { name: 'Gallery', exact: true }).click();
    await shows(before + 1);
    await page.getByText('Connecting again').waitFor({ state: 'hidden' });
    // Live again, and not only asked once.
    await database.query(SAMPLE.alice, `delete from generations where name = 'Made meanwhile'`);
    await shows(before);
    expect(await page.evaluate('window.isSamePage')).toBe(true);
  } finally {
    await next.stop();
  }
});
