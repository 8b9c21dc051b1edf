import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { alice, authorizationOf } from '../helpers/actors';
import { launchBrowser } from '../helpers/browser';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).project(alice, 'The lighthouse');
  gateway = await startTestGateway(database);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

/** Replaces the text of one of GraphiQL's editors, as by paste: typing would close brackets by itself. */
async function fill(page: Page, editor: string, text: string): Promise<void> {
  await page.locator(`section[aria-label="${editor}"] .CodeMirror:visible`).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

test('GraphiQL works with nothing but this gateway: a token in its headers, a query, the answer', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:'))
      outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  await page.goto(`${gateway.url}/graphiql`);
  await page.getByRole('button', { name: /execute query/i }).waitFor();
  await fill(page, 'Headers', JSON.stringify({ Authorization: await authorizationOf(alice) }));
  await fill(page, 'Query Editor', '{ projects { nodes { name } } }');
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.locator('.result-window', { hasText: 'The lighthouse' }).waitFor();

  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

test('in production there is no GraphiQL', async () => {
  const production = await startTestGateway(database, {
    NODE_ENV: 'production',
    JWT_SECRET: randomBytes(32).toString('hex'),
  });
  try {
    expect((await fetch(`${production.url}/graphiql`)).status).toBe(404);
  } finally {
    await production.stop();
  }
});
