import type { Locator, Page, Route } from 'playwright-core';
import { noise } from '../helpers/pictures';
import { atTheEnd, eventually } from '../helpers/process';
import { openStudioPages, SAMPLE, type StudioPages } from '../helpers/studioPage';

let studio: StudioPages;
let projectId: string;

beforeAll(async () => {
  studio = await openStudioPages();
  const [project] = await ask<{ id: string }>('select id from projects order by name limit 1');
  projectId = project!.id;
});
atTheEnd(async () => {
  await studio.stop();
});
afterEach(() => studio.closeWindows());

const ask = <T extends Record<string, unknown>>(sql: string, values?: unknown[]) =>
  studio.database.query<T>(SAMPLE.alice, sql, values);
const openGallery = async (screen = 'gallery') =>
  (await studio.open('alice', { path: `/projects/${projectId}/${screen}` })).page;

/** What the gateway answers when something in it broke. */
const broken = (route: Route) =>
  route.fulfill({
    status: 200,
    contentType: 'application/graphql-response+json',
    body: JSON.stringify({
      data: null,
      errors: [{ message: 'Something broke.', extensions: { code: 'INTERNAL', retryable: false } }],
    }),
  });

/** Has the requests of an operation answered by `answer`, which is told how many came before. */
async function intercept(page: Page, operation: string, answer: (route: Route, before: number) => unknown) {
  let before = 0;
  await page.route('**/graphql', async (route) => {
    if (new RegExp(`(?:query|mutation) ${operation}\\b`).test(route.request().postData() ?? ''))
      await answer(route, before++);
    else await route.fallback();
  });
}

const upload = async (page: Page, name: string): Promise<Locator> => {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Upload' });
  const buffer = await noise(40, 30).png().toBuffer();
  await form.getByLabel(/Choose pictures/).setInputFiles({ name, mimeType: 'image/png', buffer });
  return form;
};
const uploaded = (name: string) =>
  ask<{ id: string }>(`select id from generations where params ->> 'original_filename' = $1`, [name]);

test('of items for a new shot the third fails: the rest is chosen still, and goes into that shot', async () => {
  const page = await openGallery();
  await intercept(page, 'AddGenerationToShot', (route, before) =>
    before === 1 ? broken(route) : route.fallback(),
  );
  const shots = async () =>
    Number((await ask('select count(*) from shots where project_id = $1', [projectId]))[0]!.count);
  const before = await shots();
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  const cards = page.getByRole('list', { name: 'Cards' }).locator('[data-card]');
  for (let n = 0; n < 5; n++) await cards.nth(n).click();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByText('5 selected').waitFor();
  await bar.getByRole('combobox', { name: 'Shot to add to' }).selectOption('new');
  await bar.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText(/^Only 2 of 5 items added to .* Something broke\.$/).waitFor();
  await bar.getByText('3 selected').waitFor();
  await bar.getByRole('button', { name: 'Add', exact: true }).click();
  await bar.getByText('Choose cards').waitFor();
  expect(await shots()).toBe(before + 1);
  const places = await ask<{ count: string; different: string }>(
    `select count(*), count(distinct generation_id) as different from shot_generations
     where shot_id = (select id from shots where project_id = $1 order by created_at desc limit 1)`,
    [projectId],
  );
  expect(places).toEqual([{ count: '5', different: '5' }]);
});

test('an upload that was stored and not added is tried again from there, and is there once', async () => {
  const page = await openGallery();
  const methods: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/upload/resumable')) methods.push(request.method());
  });
  await intercept(page, 'CreateUploadedGeneration', async (route, before) => {
    if (before > 0) return route.fallback();
    await route.fetch();
    return broken(route);
  });
  const form = await upload(page, 'twice.png');
  await form.getByText('Something broke.').waitFor();
  const sent = methods.length;
  await form.getByRole('button', { name: 'Try twice.png again' }).click();
  await form.getByText(/· in the gallery$/).waitFor();
  expect(methods).toHaveLength(sent);
  expect(await uploaded('twice.png')).toHaveLength(1);
});

test('an upload whose token is refused goes on with another; entries of old uploads are forgotten', async () => {
  const page = await openGallery();
  const entry = (days: number) =>
    JSON.stringify({ creationTime: new Date(Date.now() - days * 86_400_000).toString() });
  const entries = {
    ...{ 'tus::reigh|old::1': entry(2), 'tus::reigh|torn::1': '{', 'tus::reigh|new::1': entry(0.5) },
    'tus::other|old::1': entry(2),
  };
  await page.evaluate(
    (all) => Object.entries(all).forEach(([key, value]) => localStorage.setItem(key, value)),
    entries,
  );
  const tokens: (string | undefined)[] = [];
  await page.route('**/upload/resumable', async (route) => {
    tokens.push(route.request().headers().authorization);
    if (tokens.length === 1) await route.fulfill({ status: 401, body: 'This token has ended.' });
    else await route.fallback();
  });
  const form = await upload(page, 'refused.png');
  await form.getByText(/· in the gallery$/).waitFor();
  expect(await uploaded('refused.png')).toHaveLength(1);
  expect(tokens).toHaveLength(2);
  expect(tokens[1]).not.toBe(tokens[0]);
  const left = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::')));
  expect(left.sort()).toEqual(['tus::other|old::1', 'tus::reigh|new::1']);
});

test('what was typed into Create stays when its settings fail and are asked for again', async () => {
  const page = await openGallery();
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  await intercept(page, 'ToolSettings', async (route, before) => {
    asked = before + 1;
    if (before === 0) return broken(route);
    await held;
    return route.fallback();
  });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const prompt = page.getByRole('dialog', { name: 'Create' }).getByLabel('What should it show?');
  await prompt.fill('A lighthouse');
  // A change of the project, by which these settings are stale.
  await ask(
    `update shots set name = name || '.' where id = (select id from shots where project_id = $1 limit 1)`,
    [projectId],
  );
  await eventually(async () => expect(asked).toBeGreaterThan(1));
  expect(await prompt.inputValue()).toBe('A lighthouse');
  answer();
  expect(await prompt.inputValue()).toBe('A lighthouse');
});

test('all that waits is cancelled while workers take from the front, and as many are told as were', async () => {
  await ask(`select cancel_tasks(array (select id from tasks where status = 'Queued'))`);
  await studio.database.asOwner(
    `insert into tasks (project_id, task_type, created_at)
     select $1, 'image_generation', now() - (300 - i) * interval '1 s' from generate_series(1, 260) i`,
    [projectId],
  );
  const page = await openGallery('tasks');
  const tasks = page.getByRole('main').getByRole('region', { name: 'Tasks' });
  await tasks.getByRole('button', { name: 'Waiting', exact: true }).click();
  await tasks.getByRole('button', { name: 'Cancel all 260' }).click();
  let pages = 0;
  await intercept(page, 'TasksPane', async (route) => {
    const { variables } = route.request().postDataJSON() as { variables: { first: number; offset: number } };
    // The second of those that the dialog asks for: ten of what was behind the first are taken.
    if (variables.first !== 50 && pages++ === 1) {
      await studio.database.asOwner(
        `update tasks set status = 'In Progress' where id in
         (select id from tasks where project_id = $1 and status = 'Queued' order by created_at limit 10)`,
        [projectId],
      );
    }
    await route.fallback();
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel 260' }).click();
  await page.getByText('250 tasks cancelled.').waitFor();
  expect(await ask(`select from tasks where project_id = $1 and status = 'Queued'`, [projectId])).toEqual([]);
});
