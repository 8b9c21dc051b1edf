import sharp from 'sharp';
import { isPutTogether } from '../../server/storage/renditions/avif';
import { avifGrid, type Grid } from '../helpers/avifGrid';
import { ask, noise, openRenditions } from '../helpers/pictures';

// AVIFs of tiles, each the same one: a few hundred bytes for any number of pixels.

const STAY = new AbortController().signal;
const renditions = openRenditions();
const HUNDRED = { width: 100, height: 100 };
/** More than what drawing a small picture takes; believed, the least of the bombs takes 300 MB. */
const GROWTH_MAX_KB = 60_000;

const grownBy = async (work: () => Promise<unknown>) => {
  const before = process.resourceUsage().maxRSS;
  await work();
  return process.resourceUsage().maxRSS - before;
};

test('the grids are real ones: the decoder puts them together', async () => {
  const grid = await avifGrid({ side: 64, rows: 2, columns: 3 });
  const { data, info } = await sharp(grid).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([192, 128]);
  expect(Math.abs(data.at(-3)! - 0xc0)).toBeLessThan(8);
});

test.each<[string, Grid]>([
  ['of 151 megapixels, and says so', { side: 1_024, rows: 12, columns: 12 }],
  ['of 151 megapixels that says 100 × 100', { side: 1_024, rows: 12, columns: 12, told: HUNDRED }],
  ['of 67 megapixels that says 100 × 100', { side: 512, rows: 16, columns: 16, told: HUNDRED }],
  ['that says it comes to 30,000 × 30,000', { side: 64, rows: 2, columns: 2, width: 30_000, height: 30_000 }],
  ['of 40,000 tiles', { side: 64, rows: 200, columns: 200 }],
  ['of few tiles, which is no bomb', { side: 64, rows: 2, columns: 3 }],
  ['of layers', { side: 64, rows: 1, columns: 1, type: 'iovl' }],
  ['of another that is turned', { side: 64, rows: 1, columns: 1, type: 'iden' }],
])('one %s is refused, and nothing of it is decoded', async (_name, grid) => {
  await renditions.render(ask(await noise(64, 64).avif({ effort: 0 }).toBuffer()), STAY);
  const bytes = await avifGrid(grid);
  expect(bytes.length).toBeLessThan(100_000);
  const grown = await grownBy(async () => {
    await expect(renditions.render(ask(bytes, { width: 50 }), STAY)).rejects.toMatchObject({
      ...{ code: 'ImageProcessingError', message: expect.not.stringMatching(/heif|vips|seek/i) as string },
    });
  });
  expect(grown).toBeLessThan(GROWTH_MAX_KB);
  expect(renditions.view()).toMatchObject({ running: 0, waiting: 0, count: expect.any(Number) as number });
});

test('a frame of 36 megapixels in a container that says 100 × 100 is not decoded either', async () => {
  const side = 6_000;
  const bomb = await sharp({ create: { width: side, height: side, channels: 3, background: '#fff' } })
    .avif({ effort: 0, quality: 1 })
    .toBuffer();
  const at = bomb.indexOf('ispe');
  bomb.writeUInt32BE(100, at + 8);
  bomb.writeUInt32BE(100, at + 12);
  const grown = await grownBy(async () => {
    await expect(renditions.render(ask(bomb, { width: 50 }), STAY)).rejects.toMatchObject({
      code: 'ImageProcessingError',
    });
  });
  expect(grown).toBeLessThan(GROWTH_MAX_KB);
});

test('what is one picture is not taken for such a one, with an alpha channel and metadata too', async () => {
  for (const channels of [3, 4] as const) {
    const picture = sharp({ create: { width: 90, height: 60, channels, background: '#c0ffee80' } });
    const bytes = await picture
      .withExif({ IFD0: { Copyright: 'infe grid' } })
      .avif({ effort: 0 })
      .toBuffer();
    expect(isPutTogether(bytes)).toBe(false);
    const { type } = await renditions.render(ask(bytes, { width: 30 }), STAY);
    expect(type).toBe('image/avif');
  }
});
