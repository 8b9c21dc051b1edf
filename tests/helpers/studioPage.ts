import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { SAMPLE_USERS } from '../../server/sample/users';
import { launchBrowser } from './browser';
import type { TestDatabase } from './database';
import { startTestGateway, type TestGateway } from './gateway';
import { createSampleDatabase } from './sampleDatabase';

export type SampleName = 'alice' | 'bob' | 'carol';

const [alice, bob, carol] = SAMPLE_USERS.map((user) => ({ kind: 'user' as const, ...user }));
/** The sample users as actors, to ask the database as them. */
export const SAMPLE = { alice: alice!, bob: bob!, carol: carol! };

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

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
  const database = await createSampleDatabase();
  const gateway = await startTestGateway(database, { SAMPLE_SIGN_IN: 'true', ...variables });
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  // Once for each by hand; his other windows come with what the browser kept of it.
  const signedIn = new Map<SampleName, StorageState>();
  return {
    ...{ database, gateway, browser },
    open: async (name, { width = 1280, height = 800, theme = 'dark', path = '/' } = {}) => {
      const kept = signedIn.get(name);
      const context = await browser.newContext({
        ...(kept ? { storageState: kept } : {}),
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      const page = await context.newPage();
      const complaints = listen(page, gateway.url);
      await page.goto(`${gateway.url}${path}`);
      if (!kept) await page.getByRole('button', { name: SAMPLE[name].name }).click();
      await page.getByRole('link', { name: 'Gallery', exact: true }).waitFor();
      if (!kept) signedIn.set(name, await context.storageState());
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

/** The id of Alice's film, whose shots are numbered. */
export async function filmOf({ database }: StudioPages): Promise<string> {
  const [project] = await database.query<{ id: string }>(
    SAMPLE.alice,
    `select project_id as id from shots where name like '01 %'`,
  );
  return project!.id;
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

/** Holds the next request of a mutation back until it is let go. */
export async function holdNext(page: Page, mutation: string) {
  let arrive = (_route: Route) => {};
  const held = new Promise<Route>((resolve) => (arrive = resolve));
  let isHeld = false;
  await page.route('**/graphql', async (route) => {
    if (isHeld || !route.request().postData()?.includes(`mutation ${mutation}`)) return route.fallback();
    isHeld = true;
    arrive(route);
  });
  return { arrived: held.then(() => {}), letGo: async () => (await held).continue() };
}

/** What axe finds anywhere on the page, in dark and in light, that keeps somebody from using it. */
export async function barriersOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const theme = await page.evaluate('document.documentElement.dataset.theme');
  const found: string[] = [];
  // By the theme nothing but colours is another.
  for (const [each, only] of [
    ['dark', {}],
    ['light', { runOnly: ['color-contrast'] }],
  ] as const) {
    await page.evaluate(`document.documentElement.dataset.theme = '${each}'`);
    const options = JSON.stringify({ ...only, resultTypes: ['violations'] });
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(`${each}, ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    }
  }
  await page.evaluate(`document.documentElement.dataset.theme = '${String(theme)}'`);
  return found;
}
