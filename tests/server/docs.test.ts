import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SETTING_NAMES } from '../../server/config';
import { ERROR_CODES } from '../../server/errors';

const PROJECT = path.resolve(__dirname, '../..');
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8');

async function pages(): Promise<string[]> {
  const folders = ['docs', 'docs/decisions', 'docs/recipes', 'migrations'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(path.join(PROJECT, folder)))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`),
    ),
  );
  return ['README.md', ...files.flat()];
}

test('docs/errors.md names every code, with the meaning that stands in the registry', async () => {
  const page = await read('docs/errors.md');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const told = new Map(
    rows.filter((row) => /^`[A-Z_]+`$/.test(row[1] ?? '')).map((row) => [row[1]?.slice(1, -1), row[2]]),
  );
  expect(Object.fromEntries(told)).toEqual(ERROR_CODES);
});

test('docs/config.md names every setting and no other', async () => {
  const page = await read('docs/config.md');
  const told = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map((match) => match[1]));
  expect(told.sort()).toEqual([...SETTING_NAMES].sort());
});

test('.env.example names settings only', async () => {
  const names = [...(await read('.env.example')).matchAll(/^#?([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(names.filter((name) => !SETTING_NAMES.includes(name ?? ''))).toEqual([]);
});

test('every command that the pages tell people to run exists', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  const unknown: string[] = [];
  for (const page of await pages()) {
    for (const [, name = ''] of (await read(page)).matchAll(/npm run (?:--silent |-s )?([a-z][a-z:]*)/g)) {
      if (!(name in scripts)) unknown.push(`${page}: npm run ${name}`);
    }
  }
  expect(unknown).toEqual([]);
});

test('every link of the pages leads somewhere', async () => {
  const broken: string[] = [];
  for (const page of await pages()) {
    for (const [, target = ''] of (await read(page)).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      if (!existsSync(path.resolve(PROJECT, path.dirname(page), target))) broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the README is short', async () => {
  expect((await read('README.md')).split('\n').length).toBeLessThan(120);
});
