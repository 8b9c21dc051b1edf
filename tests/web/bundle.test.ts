import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT } from '../helpers/process';

const ASSETS = path.join(PROJECT, 'web/dist/assets');

test('all script of the studio together is less than 250 kB, gzipped', async () => {
  const names = await readdir(ASSETS).catch(() => []);
  const scripts = names.filter((name) => name.endsWith('.js'));
  if (scripts.length === 0) throw new Error('web/dist/assets has no script: npm run build comes first.');
  const sizes = await Promise.all(
    scripts.map(async (name) => gzipSync(await readFile(path.join(ASSETS, name))).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
});
