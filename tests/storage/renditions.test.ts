import { setMaxListeners } from 'node:events';
import { StorageClient } from '@supabase/storage-js';
import sharp from 'sharp';
import { StorageError } from '../../server/storage/errors';
import { readTransform } from '../../server/storage/renditions/transform';
import { ask, colourAt, noise, openRenditions, twoColours, type Colour } from '../helpers/pictures';

const RED: Colour = [220, 30, 30];
const BLUE: Colour = [30, 30, 220];
const STAY = new AbortController().signal;
setMaxListeners(0, STAY);
const BROWSER = 'image/avif,image/webp,image/apng,*/*;q=0.8';

const near = (colour: Colour, other: Colour) =>
  colour.every((value, at) => Math.abs(value - other[at]!) < 40);

describe('how a picture is wanted', () => {
  test('storage-js asks so in an address', () => {
    const { publicUrl } = new StorageClient('http://localhost/storage/v1')
      .from('public')
      .getPublicUrl('a.png', {
        transform: { width: 320, height: 200, resize: 'contain', quality: 60, format: 'origin' },
      }).data;
    const { pathname, searchParams } = new URL(publicUrl);
    expect(pathname).toBe('/storage/v1/render/image/public/public/a.png');
    expect(readTransform(Object.fromEntries(searchParams))).toEqual({
      width: 320,
      height: 200,
      resize: 'contain',
      quality: 60,
      format: 'origin',
    });
  });

  test('what is not said has its usual value, and what belongs to others is left to them', () => {
    const usual = { resize: 'cover', quality: 80 };
    expect(readTransform({})).toEqual(usual);
    expect(readTransform({ token: 'x', download: '', cacheNonce: '7' })).toEqual(usual);
    expect(readTransform({ width: 0, height: '0', quality: undefined, format: null })).toEqual(usual);
    expect(readTransform({ width: '2500', height: 1, quality: '20', format: 'avif' })).toEqual({
      ...usual,
      width: 2500,
      height: 1,
      quality: 20,
      format: 'avif',
    });
  });

  test.each([
    [
      'width',
      [
        '2501',
        '-1',
        '',
        ' 5',
        '5px',
        '1e3',
        '0x10',
        '1.5',
        1.5,
        NaN,
        Infinity,
        '٣',
        ['5', '6'],
        [5],
        true,
        {},
      ],
    ],
    ['height', [2501, '99999999999', '+5', -1]],
    ['quality', ['19', '101', 0, '0', 'best']],
    ['resize', ['Cover', '', 'inside', ['cover'], 1]],
    ['format', ['webp', 'svg', '', 'origin ', ['origin']]],
  ])('a wrong %s is refused with what is right', (name, values) => {
    for (const value of values) {
      const read = () => readTransform({ [name]: value });
      expect(read).toThrow(StorageError);
      expect(read).toThrow(new RegExp(`^${name} must be `));
    }
  });
});

describe('a rendition', () => {
  const renditions = openRenditions();
  const draw = (bytes: Buffer, query: object, accept = BROWSER) =>
    renditions.render(ask(bytes, { ...query }, { accept }), STAY);

  test.each([
    // Smaller than the picture, of 400 × 200.
    [{ width: 100, height: 100 }, 100, 100],
    [{ width: 100, height: 100, resize: 'contain' }, 100, 50],
    [{ width: 100, height: 100, resize: 'fill' }, 100, 100],
    [{ width: 100 }, 100, 50],
    [{ height: 50 }, 100, 50],
    [{ width: 100, resize: 'fill' }, 100, 200],
    // Larger: never more pixels than there are, in the shape that was asked for.
    [{ width: 800 }, 400, 200],
    [{ width: 800, height: 800 }, 400, 200],
    [{ width: 300, height: 800 }, 300, 200],
    [{ width: 800, height: 800, resize: 'contain' }, 400, 200],
    [{ width: 800, height: 800, resize: 'fill' }, 200, 200],
    [{}, 400, 200],
  ])('of a picture of 400 × 200, asked for as %j, has %i × %i', async (query, width, height) => {
    const picture = await twoColours(400, 200, RED, BLUE).png().toBuffer();
    const { bytes, type } = await draw(picture, query);
    expect(type).toBe('image/webp');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height });
    // Left and right are still there: it was cut from the middle, if at all.
    expect(near(await colourAt(bytes, 0.02, 0.5), RED)).toBe(true);
    expect(near(await colourAt(bytes, 0.98, 0.5), BLUE)).toBe(true);
  });

  test('of one side alone is no larger than the largest that both sides can ask for', async () => {
    const tall = await sharp({ create: { width: 2_000, height: 16_000, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    const { width, height } = await sharp((await draw(tall, { width: 2_000 })).bytes).metadata();
    expect(width * height).toBeLessThanOrEqual(2_500 * 2_500 * 1.01);
    expect(height / width).toBeCloseTo(8, 1);
  });

  test.each([
    ['jpeg', BROWSER, undefined, 'webp'],
    ['jpeg', '*/*', undefined, 'jpeg'],
    ['jpeg', '', undefined, 'jpeg'],
    ['jpeg', 'image/*', undefined, 'jpeg'],
    ['jpeg', 'image/webp;q=0, */*', undefined, 'jpeg'],
    ['jpeg', 'IMAGE/WEBP; q=0.5', undefined, 'webp'],
    ['jpeg', BROWSER, 'origin', 'jpeg'],
    ['png', BROWSER, 'origin', 'png'],
    ['webp', '*/*', undefined, 'webp'],
    ['gif', BROWSER, undefined, 'webp'],
    ['gif', '*/*', undefined, 'png'],
    ['avif', BROWSER, 'origin', 'avif'],
    ['png', '*/*', 'avif', 'avif'],
    ['tiff', '*/*', undefined, 'jpeg'],
    ['tiff', BROWSER, undefined, 'webp'],
  ] as const)('of %s, for who accepts "%s" and asks for %s, is %s', async (from, accept, format, to) => {
    const picture = await twoColours(64, 64, RED, BLUE).toFormat(from).toBuffer();
    const { bytes, type } = await draw(picture, { width: 32, format }, accept);
    expect(type).toBe(`image/${to}`);
    expect((await sharp(bytes).metadata()).mediaType).toBe(`image/${to}`);
    expect(near(await colourAt(bytes, 0.1, 0.5), RED)).toBe(true);
  });

  test('is transparent where the picture is, also of a TIFF', async () => {
    const clear = sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    });
    const png = await clear.clone().png().toBuffer();
    const tiff = await clear.clone().tiff({ compression: 'lzw' }).toBuffer();
    for (const drawn of [await draw(png, {}), await draw(png, {}, '*/*'), await draw(tiff, {}, '*/*')])
      expect((await sharp(drawn.bytes).stats()).isOpaque).toBe(false);
  });

  test('stands upright, in sRGB, and tells nothing of place, camera or owner', async () => {
    const picture = await twoColours(200, 100, RED, BLUE)
      .withExif({
        IFD0: { Copyright: 'Alice Somebody', Model: 'Camera 5' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .withMetadata({ orientation: 6, icc: 'p3' })
      .jpeg()
      .toBuffer();
    const before = await sharp(picture).metadata();
    expect(before.orientation).toBe(6);
    expect([before.exif, before.icc].every((data) => Buffer.isBuffer(data))).toBe(true);
    expect(picture.includes('Alice Somebody')).toBe(true);

    for (const query of [{}, { format: 'origin' }, { format: 'avif' }]) {
      const { bytes } = await draw(picture, query);
      const after = await sharp(bytes).metadata();
      expect(after).toMatchObject({ width: 100, height: 200, space: 'srgb' });
      expect(after.orientation ?? 1).toBe(1);
      for (const kind of ['exif', 'icc', 'xmp', 'iptc', 'comments'] as const)
        expect(after[kind]).toBeUndefined();
      expect(bytes.includes('Alice Somebody')).toBe(false);
      // A quarter to the right: what was left is above. The colours are those of the display profile, in sRGB.
      expect(near(await colourAt(bytes, 0.5, 0.05), RED)).toBe(true);
      expect(near(await colourAt(bytes, 0.5, 0.95), BLUE)).toBe(true);
    }
  });

  test('of CMYK and of 16 bits is in 8 bits of sRGB', async () => {
    const cmyk = await twoColours(32, 32, RED, BLUE).toColourspace('cmyk').jpeg().toBuffer();
    const deep = await twoColours(32, 32, RED, BLUE).toColourspace('rgb16').png().toBuffer();
    expect(await sharp(cmyk).metadata()).toMatchObject({ space: 'cmyk' });
    expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort' });
    for (const picture of [cmyk, deep]) {
      const { bytes } = await draw(picture, { format: 'origin' });
      expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar' });
    }
  });

  test('is smaller where less quality is asked for', async () => {
    const picture = await noise(200, 200).png().toBuffer();
    const sizes = await Promise.all(
      [20, 80, 100].map(async (quality) => (await draw(picture, { quality })).bytes.length),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(sizes[2]! / 2);
  });
});
