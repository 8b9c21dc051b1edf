import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { StorageError } from '../../server/storage/errors';
import type { RenditionRequest } from '../../server/storage/renditions/renditions';
import {
  ask,
  LIMITS,
  noise,
  openRenditions,
  packed,
  packedInPieces,
  pngHeader,
  pngOf,
} from '../helpers/pictures';

const STAY = new AbortController().signal;
setMaxListeners(0, STAY);
const renditions = openRenditions();
const END: [string, Buffer] = ['IEND', Buffer.alloc(0)];
const grey = (width: number, height: number): [string, Buffer] => ['IHDR', pngHeader(width, height)];

let sound: Buffer;
let soundRow: Buffer;

beforeAll(async () => {
  sound = await noise(64, 64).png().toBuffer();
  soundRow = packed(100 * 101);
});

/** All that follow here would take more than 1 GB if they were believed. */
const MEMORY_MAX_KB = 500_000;
let before: number;
beforeEach(() => (before = process.resourceUsage().maxRSS));
afterEach(async () => {
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(MEMORY_MAX_KB);
  expect(renditions.view()).toMatchObject({ running: 0, waiting: 0 });
  expect((await renditions.render(ask(sound, { width: 8 }), STAY)).type).toBe('image/png');
});

async function refusalOf(bytes: Buffer, rest: Partial<RenditionRequest> = {}): Promise<StorageError> {
  const refusal = await renditions.render(ask(bytes, { width: 100 }, rest), STAY).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(StorageError);
  const { code, body, message } = refusal as StorageError;
  expect([code, body.statusCode]).toEqual(['ImageProcessingError', '422']);
  // Nothing of the libraries' own words.
  expect(message).not.toMatch(/vips|heif|png:|seek|buffer|libpng/i);
  return refusal as StorageError;
}

describe('a picture that is larger than it looks', () => {
  test('30,000 × 30,000 declared', async () => {
    const bomb = pngOf(grey(30_000, 30_000), ['IDAT', packed(30_001 * 4_000)], END);
    expect(bomb.length).toBeLessThan(1_000_000);
    expect((await refusalOf(bomb)).message).toMatch(/more than 50 megapixels/);
  });

  test('one row more than is allowed, and all that is allowed', async () => {
    const row = await sharp({ create: { width: 5_000, height: 1, channels: 3, background: '#fff' } })
      .resize(5_000, 10_001, { fit: 'fill' })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect((await refusalOf(row)).message).toMatch(/megapixels/);
    const most = await sharp({ create: { width: 5_000, height: 10_000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const { bytes } = await renditions.render(ask(most, { width: 100 }), STAY);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 100, height: 200 });
  });

  test.each(['gif', 'webp', 'jpeg', 'tiff'] as const)('a %s of that kind', async (format) => {
    const tight = openRenditions({ pixelsMax: 1_000_000 });
    const picture = await sharp({ create: { width: 1_001, height: 1_000, channels: 3, background: '#fff' } })
      .toFormat(format)
      .toBuffer();
    await expect(tight.render(ask(picture), STAY)).rejects.toMatchObject({ code: 'ImageProcessingError' });
    await renditions.render(ask(picture), STAY);
  });

  test('an AVIF of more than a quarter of that, which takes the more memory', async () => {
    const tight = openRenditions({ pixelsMax: 1_000_000 });
    const of = (width: number) =>
      sharp({ create: { width, height: 500, channels: 3, background: '#fff' } })
        .avif({ effort: 0 })
        .toBuffer();
    await expect(tight.render(ask(await of(501)), STAY)).rejects.toThrow(/more than 0.2 megapixels/);
    await tight.render(ask(await of(500)), STAY);
  });

  test('an AVIF whose frame is not what its container says', async () => {
    const bomb = await sharp({ create: { width: 4_000, height: 4_000, channels: 3, background: '#fff' } })
      .avif({ effort: 0, quality: 1 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(5_000);
    expect((await refusalOf(bomb)).message).toMatch(/megapixels/);
    const at = bomb.indexOf('ispe');
    expect(bomb.readUInt32BE(at + 8)).toBe(4_000);
    bomb.writeUInt32BE(100, at + 8);
    bomb.writeUInt32BE(100, at + 12);
    expect((await refusalOf(bomb)).message).toMatch(/broken/);
  });

  test('a small PNG with pixels, text and colours that unpack to hundreds of megabytes', async () => {
    const huge = packed(400_000_000);
    const named = Buffer.concat([Buffer.from('a\0\0', 'latin1'), huge]);
    const pictures = [
      pngOf(grey(100, 100), ['IDAT', huge], END),
      pngOf(grey(100, 100), ['iCCP', named], ['IDAT', soundRow], END),
      pngOf(grey(100, 100), ['zTXt', named], ['IDAT', soundRow], END),
    ];
    // What is too much is left aside, or makes it a broken one: either way it is not unpacked.
    for (const picture of pictures) {
      await renditions.render(ask(picture, { width: 10 }), STAY).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ImageProcessingError' });
      });
    }
  });

  test('a colour profile of 15 MB does not come out again', async () => {
    const jpeg = await noise(64, 64).jpeg().toBuffer();
    const segments = Array.from({ length: 230 }, (_, at) => {
      const head = Buffer.from([0xff, 0xe2, 0xff, 0xff, ...Buffer.from('ICC_PROFILE\0'), at + 1, 230]);
      return Buffer.concat([head, Buffer.alloc(65_533 - 14, at)]);
    });
    const bytes = Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
    const drawn = await renditions.render(ask(bytes, { format: 'origin' }), STAY);
    expect(drawn.bytes.length).toBeLessThan(20_000);
  });

  test('of an animation of 3,000 frames the first one is drawn', async () => {
    const pixels = Buffer.alloc(32 * 32 * 3 * 3_000);
    pixels.fill(255, 0, 32 * 32 * 3);
    const raw = { width: 32, height: 32 * 3_000, channels: 3 as const, pageHeight: 32 };
    const moving = await sharp(pixels, { raw }).gif({ effort: 1, keepDuplicateFrames: true }).toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(3_000);
    const { bytes } = await renditions.render(ask(moving), STAY);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 32, height: 32 });
    expect((await sharp(bytes).stats()).channels[0]!.min).toBe(255);
  });
});

describe('what is no picture', () => {
  const entity = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>`;
  test.each([
    ['nothing at all', ''],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a drawing that would read files', `<?xml version="1.0"?>${entity}${svg}`],
    ['a drawing', svg],
    ['a document', '%PDF-1.7\n%âãÏÓ\n1 0 obj<</Type/Catalog>>endobj'],
    ['a script for ImageMagick', 'push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 "/etc/passwd"\n'],
    ['a bitmap of other programs', 'P6 4 4 255\n'.padEnd(59, 'x')],
    ['a zip', 'PK\x03\x04'.padEnd(60, '\0')],
  ])('%s', async (_name, text) => {
    expect((await refusalOf(Buffer.from(text, 'latin1'), { type: 'image/png' })).message).toMatch(
      /no picture/,
    );
  });

  test('by its type, before a byte is read', async () => {
    const read = () => Promise.reject<Readable>(new Error('was read'));
    for (const type of [
      'video/mp4',
      'text/html',
      'image/svg+xml',
      'IMAGE/SVG+XML; charset=utf-8',
      'application/pdf',
    ])
      expect((await refusalOf(sound, { type, read })).message).toMatch(/no picture/);
    for (const type of ['image/png', 'application/octet-stream', '', undefined])
      await expect(renditions.render(ask(sound, {}, { type, read }), STAY)).rejects.toThrow('was read');
  });
});

describe('what is broken', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'a %s that was cut off',
    async (format) => {
      const whole = await noise(300, 300).toFormat(format).toBuffer();
      await renditions.render(ask(whole), STAY);
      expect((await refusalOf(whole.subarray(0, whole.length >> 1))).message).toMatch(/broken|no picture/);
    },
  );

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'a %s with bytes changed anywhere is drawn or refused, and nothing else happens',
    async (format) => {
      const whole = await noise(40, 40).toFormat(format).toBuffer();
      for (let turn = 0; turn < 60; turn++) {
        const changed = Buffer.from(whole);
        // The head, where sizes and offsets are, more often than the rest.
        const reach = turn % 2 ? Math.min(200, whole.length) : whole.length;
        for (let n = 0; n < 3; n++)
          changed[(turn * 7_919 + n * 104_729) % reach] = (turn * 31 + n * 85) & 255;
        await renditions.render(ask(changed, { width: 20 }), STAY).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'ImageProcessingError' });
        });
      }
    },
  );
});

describe('too many bytes', () => {
  test('as its row says, or as they come', async () => {
    const read = () => Promise.reject<Readable>(new Error('was read'));
    const size = LIMITS.inputBytesMax + 1;
    expect((await refusalOf(sound, { size, read })).message).toMatch(/larger than 25 MB/);

    let sent = 0;
    let isClosed = false;
    const endless = new Readable({
      read() {
        sent += 65_536;
        this.push(sound.length < sent ? Buffer.alloc(65_536) : sound);
      },
      destroy(_error, done) {
        isClosed = true;
        done(null);
      },
    });
    const lying = { size: 100, read: () => Promise.resolve(endless) };
    expect((await refusalOf(sound, lying)).message).toMatch(/larger than 25 MB/);
    expect(isClosed).toBe(true);
    expect(sent).toBeLessThan(LIMITS.inputBytesMax + 1_000_000);
  });
});

test('a picture that takes too long is given up', async () => {
  const hasty = openRenditions({ timeoutMs: 1_000, pixelsMax: 400_000_000 });
  const side = 20_000;
  const { icc } = await sharp(await noise(8, 8).withIccProfile('p3').png().toBuffer()).metadata();
  const profile = Buffer.concat([Buffer.from('p3\0\0', 'latin1'), deflateSync(icc!)]);
  // The colours of each of its pixels have to be found anew: seconds of work, in 5 MB.
  const slow = pngOf(
    ['IHDR', pngHeader(side, side, 'rgb')],
    ['iCCP', profile],
    ['IDAT', await packedInPieces((side * 3 + 1) * side)],
    END,
  );
  expect(slow.length).toBeLessThan(LIMITS.inputBytesMax);
  // libvips looks at the time between two strips of what it makes: a small picture is one.
  await expect(hasty.render(ask(slow, { width: 2_000 }), STAY)).rejects.toMatchObject({
    code: 'ImageProcessingError',
    message: 'Rendering the picture takes too long',
  });
  expect(hasty.view()).toMatchObject({ running: 0, count: 0 });
  await hasty.render(ask(sound), STAY);
});
