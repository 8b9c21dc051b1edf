import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { PROJECT } from '../helpers/process';
import { openStudioPages, type StudioPages } from '../helpers/studioPage';

/** The picture in the README. `STUDIO_PICTURE=update npx jest tests/web/picture` takes it anew. */
const FILE = path.join(PROJECT, 'docs/studio.png');
const SIZE = { width: 1280, height: 800 };

let studio: StudioPages;

beforeAll(async () => {
  studio = await openStudioPages();
});
afterAll(async () => {
  await studio?.stop();
});

test('the picture of the studio is one of its size, and every picture on the page is there', async () => {
  const { page, complaints } = await studio.open('alice', SIZE);
  await page.getByRole('link', { name: 'Shots', exact: true }).click();
  await page
    .getByRole('link', { name: /The island at first light|The river bend|last stop/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  await page.waitForFunction(() => {
    const pictures = Array.from(document.images).filter(
      (image) => image.getBoundingClientRect().top < innerHeight,
    );
    return (
      pictures.length > 8 && pictures.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
    );
  });
  const picture = await page.screenshot();
  if (process.env.STUDIO_PICTURE === 'update') await writeFile(FILE, picture);
  const { width, height } = await sharp(await readFile(FILE)).metadata();
  expect({ width, height }).toEqual(SIZE);
  expect(complaints).toEqual([]);
});
