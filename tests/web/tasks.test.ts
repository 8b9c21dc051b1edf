import type { Page } from 'playwright-core';
import { noise } from '../helpers/pictures';
import { atTheEnd, eventually } from '../helpers/process';
import { Proxy } from '../helpers/proxy';
import {
  barriersOn,
  holdNext,
  openStudioPages,
  SAMPLE,
  type SampleName,
  type StudioPages,
} from '../helpers/studioPage';
import { startWorker } from '../helpers/worker';

let studio: StudioPages;

beforeAll(async () => {
  studio = await openStudioPages();
  // A worker would take what waits in the sample data first.
  await studio.database.query(
    SAMPLE.alice,
    `select cancel_tasks(array (select id from tasks where status = 'Queued'))`,
  );
});
atTheEnd(async () => {
  await studio.stop();
});
afterEach(() => studio.closeWindows());

interface TaskRow {
  id: string;
  status: string;
  params: Record<string, unknown>;
}

const tasksAbout = (prompt: string) =>
  studio.database.query<TaskRow>(
    SAMPLE.alice,
    `select id, status, params from tasks where params ->> 'prompt' = $1 order by created_at, id`,
    [prompt],
  );
const creditsOf = async (name: SampleName) => {
  const [row] = await studio.database.query<{ credits: string }>(
    SAMPLE[name],
    'select credits from users where id = auth.uid()',
  );
  return Number(row!.credits);
};
const projectOf = async (name: SampleName) => {
  const [row] = await studio.database.query<{ id: string }>(
    SAMPLE[name],
    'select id from projects order by name limit 1',
  );
  return row!.id;
};
const openGallery = async (name: SampleName) =>
  studio.open(name, { path: `/projects/${await projectOf(name)}/gallery` });

const pane = (page: Page) => page.getByRole('complementary', { name: 'Tasks' });
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

async function order(page: Page, prompt: string, many = 1): Promise<void> {
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const form = dialog(page, 'Create');
  await form.getByRole('combobox', { name: 'Kind' }).selectOption('image_generation');
  await form.getByRole('combobox', { name: 'How many' }).selectOption(String(many));
  await form.getByRole('combobox', { name: 'Size' }).selectOption('1080p');
  await form.getByRole('combobox', { name: 'Model' }).selectOption('flux-dev');
  await form.getByLabel('What should it show?').fill(prompt);
  await form.getByText(`${(many * 0.04).toFixed(2)} credits`).waitFor();
  await form.getByRole('button', { name: /^Create/ }).click();
}

test('what is ordered waits, runs and is done under the eyes of who ordered it, and is paid for', async () => {
  const { page, complaints } = await openGallery('alice');
  const before = await creditsOf('alice');
  const balance = page.getByRole('button', { name: /^Credits/ }).first();
  await balance.getByText(before.toFixed(2)).waitFor();

  await order(page, 'A heron on the pier');
  const [task] = await eventually(async () => {
    const found = await tasksAbout('A heron on the pier');
    expect(found).toHaveLength(1);
    return found;
  });
  expect(task!.params).toMatchObject({
    resolution: '1080p',
    model_type: 'flux-dev',
    tool_type: 'image-generation',
  });
  const row = pane(page).locator(`[data-task="${task!.id}"]`);
  await row.getByText('Waiting', { exact: true }).waitFor();

  // Stopped in the middle of it, until that was seen.
  const worker = await startWorker(studio.gateway.url, 'api-1', ['--run-type', 'api', '--seconds', '1']);
  await worker.says(/^claimed$/, task!.id);
  worker.signal('SIGSTOP');
  await row.getByText('Running', { exact: true }).waitFor();
  const asked: string[] = [];
  page.on('request', (request) =>
    asked.push(/(?:query|mutation) (\w+)/.exec(request.postData() ?? '')?.[1] ?? ''),
  );
  await row.getByText(/^for \d+ s$/).waitFor();
  worker.signal('SIGCONT');
  await row.getByText('Done', { exact: true }).waitFor();
  // It would take what the next test orders.
  worker.signal('SIGTERM');
  expect((await worker.exit).code).toBe(0);

  await row.getByRole('button', { name: /^Open/ }).locator(`img[src*="${task!.id}"]`).waitFor();
  await page.locator(`#screen img[src*="${task!.id}"]`).first().waitFor();
  expect(await creditsOf('alice')).toBeCloseTo(before - 0.04, 4);
  await balance.getByText((before - 0.04).toFixed(2)).waitFor();
  expect(asked).toContain('Credits');
  expect(asked).not.toContain('AppBoot');
  await balance.click();
  await dialog(page, 'Credits').getByText('−0.04', { exact: true }).first().waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await row.getByRole('button', { name: /^Open/ }).click();
  await page.waitForURL(/[?&]item=/);
  expect(complaints).toEqual([]);
});

test('an order whose answer is lost is sent again and is not another; what waits is cancelled, one and all', async () => {
  const { page } = await openGallery('alice');
  let lost = 0;
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('mutation EnqueueTasks') || lost > 0) return route.continue();
    lost++;
    await route.fetch();
    return route.abort();
  });
  await order(page, 'Rain on a tin roof', 3);
  const form = dialog(page, 'Create');
  await form.getByRole('alert').getByText('cannot be reached').waitFor();
  expect(await tasksAbout('Rain on a tin roof')).toHaveLength(3);
  await form.getByRole('button', { name: 'Try again' }).click();
  await form.waitFor({ state: 'detached' });
  const tasks = await tasksAbout('Rain on a tin roof');
  expect(tasks).toHaveLength(3);
  expect(new Set(tasks.map(({ params }) => params.seed)).size).toBe(3);

  // Shown as cancelled before the gateway has said anything.
  const cancelling = await holdNext(page, 'CancelTasks');
  const row = pane(page).locator(`[data-task="${tasks[0]!.id}"]`);
  await row.getByRole('button', { name: /^Cancel/ }).click();
  await row.getByText('Cancelled', { exact: true }).waitFor();
  expect(await tasksAbout('Rain on a tin roof')).toMatchObject(Array(3).fill({ status: 'Queued' }));
  await cancelling.letGo();
  await pane(page).getByRole('button', { name: 'Waiting', exact: true }).click();
  await pane(page).getByRole('button', { name: 'Cancel all 2' }).click();
  await dialog(page, 'Cancel 2 waiting tasks?').getByRole('button', { name: 'Cancel 2' }).click();
  await pane(page).getByText('Nothing waits.').waitFor();
  expect(await tasksAbout('Rain on a tin roof')).toMatchObject(Array(3).fill({ status: 'Cancelled' }));
});

test('an upload shows how far it is, goes on after a lost connection, and is in the gallery byte for byte', async () => {
  const { page, context } = await openGallery('alice');
  const proxy = new Proxy();
  proxy.target = Number(new URL(studio.gateway.url).port);
  const bytes = await noise(1400, 1000).png().toBuffer();
  const offsets: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  await page.goto(`http://127.0.0.1:${await proxy.listen()}`);
  await page.getByRole('button', { name: SAMPLE.alice.name }).click();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const form = dialog(page, 'Upload');
  // Two seconds for all of it.
  const network = await context.newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1 },
    uploadThroughput: bytes.length / 2,
  });
  const file = { name: 'Morning, 6 o’clock.png', mimeType: 'image/png', buffer: bytes };
  await form.getByLabel(/Choose pictures/).setInputFiles(file);
  await form.getByText(/^[3-9]\d% of \d/).waitFor();
  await proxy.close();
  await form.getByText(/Connection lost at \d+%/).waitFor();
  await proxy.listenAgain();
  await form
    .getByText(/· in the gallery$/)
    .first()
    .waitFor();
  expect(offsets.at(-1)).toBeGreaterThan(0);
  expect(await barriersOn(page)).toEqual([]);
  await form.getByRole('button', { name: 'Done' }).click();

  const [made] = await studio.database.query<{ location: string; type: string; name: string }>(
    SAMPLE.alice,
    `select location, type, name from generations where params ->> 'source' = 'upload' order by created_at desc limit 1`,
  );
  expect(made).toMatchObject({ type: 'image', name: 'Morning, 6 o’clock' });
  expect(made!.location).toMatch(
    new RegExp(`^public/${SAMPLE.alice.id}/uploads/[0-9a-f-]{36}-Morning-6-o-clock\\.png$`),
  );
  const stored = await fetch(`${studio.gateway.url}/storage/v1/object/public/${made!.location}`);
  expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
  await page.locator(`#screen img[src*="Morning-6-o-clock"]`).first().waitFor();
  await page.close();
  await proxy.close();
});

/** Everything that came to a page, by request and by socket. */
function record(page: Page): () => Promise<string> {
  const parts: Promise<string>[] = [];
  page.on('response', (response) => parts.push(response.text().catch(() => '')));
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => parts.push(Promise.resolve(String(payload)))),
  );
  return async () => (await Promise.all(parts)).join('\n');
}

test('two people at once: neither is sent anything of the other', async () => {
  const [alice, bob] = [await openGallery('alice'), await openGallery('bob')];
  const got = { alice: record(alice.page), bob: record(bob.page) };
  const ids = async (name: SampleName) =>
    (await studio.database.query<{ id: string }>(SAMPLE[name], 'select id from projects')).map(
      ({ id }) => id,
    );
  for (const { page } of [alice, bob]) {
    await page.reload();
    await pane(page).getByRole('combobox', { name: 'Whose' }).selectOption('all');
    await pane(page).getByRole('button', { name: 'Finished' }).click();
    await page
      .getByRole('button', { name: /^Credits/ })
      .first()
      .click();
    await dialog(page, 'Credits').getByRole('listitem').first().waitFor();
    await page.keyboard.press('Escape');
    await pane(page).getByRole('button', { name: 'All', exact: true }).click();
  }
  await order(alice.page, 'Only for alice');
  const [task] = await eventually(async () => {
    const found = await tasksAbout('Only for alice');
    expect(found).toHaveLength(1);
    return found;
  });
  await pane(alice.page).locator(`[data-task="${task!.id}"]`).waitFor();
  await order(bob.page, 'Only for bob');
  await pane(bob.page).getByText('Waiting').first().waitFor();

  const [ofAlice, ofBob] = [await got.alice(), await got.bob()];
  for (const id of [...(await ids('alice')), task!.id]) {
    expect(ofAlice).toContain(id);
    expect(ofBob).not.toContain(id);
  }
  for (const id of await ids('bob')) {
    expect(ofBob).toContain(id);
    expect(ofAlice).not.toContain(id);
  }
  expect([...alice.complaints, ...bob.complaints]).toEqual([]);
});

test('axe finds nothing serious in the pane and the dialogs, and nothing stands out on a narrow screen', async () => {
  const path = `/projects/${await projectOf('alice')}/tasks`;
  const { page } = await studio.open('alice', { width: 390, height: 844, path });
  await page.locator('.task').first().waitFor();
  expect(await barriersOn(page)).toEqual([]);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(beyond).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog(page, 'Create')
    .getByText(/credits/)
    .first()
    .waitFor();
  expect(await barriersOn(page)).toEqual([]);
});
