import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadSampleData } from '../../server/sample/load';
import { SAMPLE_USERS } from '../../server/sample/users';
import { launchBrowser } from './browser';
import { createTestDatabase, type TestDatabase } from './database';
import { startTestGateway, type TestGateway } from './gateway';

export type SampleName = 'alice' | 'bob' | 'carol';

const [alice, bob, carol] = SAMPLE_USERS.map((user) => ({ kind: 'user' as const, ...user }));
/** The sample users as actors, to ask the database as them. */
export const SAMPLE = { alice: alice!, bob: bob!, carol: carol! };

export interface Window {
  page: Page;
  context: BrowserContext;
  /** What the page complained of in its console, and requests that left for elsewhere. Empty when all is well. */
  complaints: string[];
}

export interface StudioPages {
  database: TestDatabase;
  gateway: TestGateway;
  browser: Browser;
  /** A browser of its own for a sample user, signed in and with the gallery of his last project open. */
  open(name: SampleName, options?: WindowOptions): Promise<Window>;
  /** Closes the windows of a test; the browser stays. */
  closeWindows(): Promise<void>;
  stop(): Promise<void>;
}

export interface WindowOptions {
  width?: number;
  height?: number;
  theme?: 'dark' | 'light';
  /** Where to begin, such as `/projects/…/shots`. */
  path?: string;
}

/** The built studio (npm run build) over the sample data, in a real browser. */
export async function openStudioPages(variables: Record<string, string> = {}): Promise<StudioPages> {
  const database = await createTestDatabase();
  await loadSampleData({ auth: database.authUrl });
  const gateway = await startTestGateway(database, { SAMPLE_SIGN_IN: 'true', ...variables });
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  return {
    ...{ database, gateway, browser },
    open: async (name, { width = 1280, height = 800, theme = 'dark', path = '/' } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      const page = await context.newPage();
      const complaints = listen(page, gateway.url);
      await page.goto(gateway.url);
      await page.getByRole('button', { name: SAMPLE[name].name }).click();
      await page.getByRole('link', { name: 'Gallery', exact: true }).waitFor();
      if (path !== '/') await page.goto(`${gateway.url}${path}`);
      return { page, context, complaints };
    },
    closeWindows: async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    stop: async () => {
      await browser.close();
      await gateway.stop();
      await database.drop();
    },
  };
}

function listen(page: Page, home: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(home) && !/^(?:data|blob):/.test(url)) complaints.push(`asked elsewhere: ${url}`);
  });
  return complaints;
}
