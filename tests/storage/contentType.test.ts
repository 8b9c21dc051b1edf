import fc from 'fast-check';
import { detectType, HEAD_BYTES } from '../../server/storage/contentType';
import { StorageError } from '../../server/storage/errors';
import { isActive } from '../../server/storage/mediaTypes';
import { detect, refusalOf } from './detecting';
import { files, makeImages, makeSafetensors, PAGES } from './samples';

let images: Awaited<ReturnType<typeof makeImages>>;
beforeAll(async () => (images = await makeImages()));
const sample = (name: string): Buffer => ({ ...files, ...images })[name as 'png'];

describe('what has a mark', () => {
  test.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['gif', 'image/gif'],
    ['avif', 'image/avif'],
    ['tiff', 'image/tiff'],
    ['bmp', 'image/bmp'],
    ['mp4', 'video/mp4'],
    ['mov', 'video/quicktime'],
    ['m4a', 'audio/mp4'],
    ['webm', 'video/webm'],
    ['wav', 'audio/wav'],
    ['mp3', 'audio/mpeg'],
    ['flac', 'audio/flac'],
    ['ogg', 'audio/ogg'],
    ['pdf', 'application/pdf'],
    ['zip', 'application/zip'],
    ['gzip', 'application/gzip'],
    ['exe', 'application/x-msdownload'],
  ])(
    'is that, whatever its name, declared, unknown or as what clients send by default: %s',
    async (file, type) => {
      for (const declared of [
        type,
        type.toUpperCase(),
        undefined,
        '',
        'application/octet-stream',
        'text/plain;charset=UTF-8',
      ])
        expect(await detect(sample(file), declared, 'x.html')).toBe(type);
    },
  );

  test.each([
    ['mp4', 'audio/mp4'],
    ['mp4', 'video/quicktime'],
    ['mov', 'video/mp4'],
    ['webm', 'audio/webm'],
    ['webm', 'video/matroska'],
    ['ogg', 'video/ogg'],
    ['zip', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
    ['zip', 'application/x-pytorch'],
  ])('is what was declared where the mark says no more: %s as %s', async (file, declared) => {
    expect(await detect(sample(file), declared)).toBe(declared);
  });

  test.each([
    ['jpeg', 'image/jpg', 'image/jpeg'],
    ['mp3', 'audio/mp3', 'audio/mpeg'],
    ['wav', 'audio/x-wav', 'audio/wav'],
    ['m4a', 'audio/x-m4a', 'audio/mp4'],
    ['webm', 'video/x-matroska', 'video/matroska'],
    ['zip', 'application/x-zip-compressed', 'application/zip'],
    ['png', 'image/png; charset=utf-7; name="x"', 'image/png'],
  ])('has one name: %s as %s is %s', async (file, declared, type) => {
    expect(await detect(sample(file), declared)).toBe(type);
  });

  test.each([
    ['png', 'video/mp4', 'image/png'],
    ['mp4', 'image/gif', 'video/mp4'],
    ['pdf', 'image/png', 'application/pdf'],
    ['zip', 'image/png', 'application/zip'],
    ['png', 'application/pdf', 'image/png'],
    ['png', 'application/zip', 'image/png'],
    ['exe', 'audio/mpeg', 'application/x-msdownload'],
    ['gzip', 'image/svg+xml', 'application/gzip'],
  ])('is refused as another: %s as %s', async (file, declared, type) => {
    const message = await refusalOf(detect(sample(file), declared));
    expect(message).toBe(
      `mime type ${declared} is not supported: the content is ${type}. Send it as ${type}, or send what was declared.`,
    );
  });

  test.each([
    ['jpeg', 'image/png', 'image/jpeg'],
    ['png', 'image/webp', 'image/png'],
    ['mp4', 'video/webm', 'video/mp4'],
    ['mp3', 'audio/wav', 'audio/mpeg'],
  ])('is what it is among its kind: %s as %s is %s', async (file, declared, type) => {
    expect(await detect(sample(file), declared)).toBe(type);
  });

  test('of eleven bits is none, unless somebody says that it is a sound', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(4_000, 0xa7)]);
    expect(await detect(bytes, 'audio/mpeg')).toBe('audio/mpeg');
    expect(await detect(bytes, 'application/octet-stream')).toBe('application/octet-stream');
    expect(await detect(bytes, undefined)).toBe('application/octet-stream');
  });

  test('is not lost by a declared text, and not gained by one', async () => {
    expect(await detect(sample('png'), 'text/html')).toBe('image/png');
    expect(await detect(sample('png'), 'application/json')).toBe('image/png');
    expect(await detect(sample('zip'), 'text/javascript')).toBe('application/zip');
  });
});

describe('weights', () => {
  test.each([2, 80, 19_778, 559_903, 35_615, 23_117, 100_000_000])(
    'whose header has %i bytes are nothing else, whatever these bytes are the mark of',
    async (length) => {
      for (const declared of [
        undefined,
        'application/octet-stream',
        'text/plain',
        'application/x-safetensors',
      ])
        expect(await detect(makeSafetensors(length), declared, 'a.safetensors')).toBe(
          'application/octet-stream',
        );
      expect(await refusalOf(detect(makeSafetensors(length), 'image/bmp'))).toMatch(/not recognised/);
    },
  );

  test('in a pickle are not recognised, and no image', async () => {
    expect(await detect(files.pickle, 'application/x-pickle')).toBe('application/octet-stream');
    expect(await refusalOf(detect(files.pickle, 'image/png'))).toMatch(/not recognised/);
  });
});

describe('what is unknown', () => {
  const noise = Buffer.from('00c0ffee'.repeat(40), 'hex');
  test('is what it is declared to be, if nothing speaks against it', async () => {
    expect(await detect(noise)).toBe('application/octet-stream');
    expect(await detect(noise, 'application/x-gguf')).toBe('application/x-gguf');
    expect(await detect(noise, 'text/html')).toBe('application/octet-stream');
    expect(await refusalOf(detect(noise, 'image/png'))).toMatch(/the content is not recognised/);
  });

  test('because it is empty is no image', async () => {
    expect(await detect('')).toBe('application/octet-stream');
    expect(await detect('', 'text/plain;charset=UTF-8')).toBe('text/plain; charset=utf-8');
    expect(await refusalOf(detect('', 'image/png'))).toMatch(/the content is empty/);
  });

  test.each([
    'png',
    'image/',
    '/png',
    'image/png/x',
    'image/*',
    '*/*',
    'a b/c',
    'image/png\r\nset-cookie: a=b',
    'text/plain; a=\0',
    'text/plain; x=ü',
    `a/${'b'.repeat(300)}`,
  ])('because it is no type is refused: %s', async (declared) => {
    const message = await refusalOf(detect('x', declared));
    expect(message).toMatch(/is not a type/);
    expect(message).not.toMatch(/[^\x20-\x7e…]/);
  });

  test.each(['multipart/x-mixed-replace; boundary=x', 'message/rfc822'])(
    'is refused as %s',
    async (declared) => {
      expect(await refusalOf(detect('x', declared))).toMatch(/one file, not a message of several/);
    },
  );
});

const anyHead = fc.oneof(
  fc.uint8Array({ maxLength: HEAD_BYTES }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.constantFrom(...Object.values(files)), fc.uint8Array({ maxLength: 200 }))
    .map(([file, bytes]) => Buffer.concat([file, bytes]).subarray(0, HEAD_BYTES)),
  fc
    .tuple(fc.constantFrom(...Object.values(files)), fc.constantFrom(...PAGES))
    .map(([file, [, page]]) =>
      Buffer.concat([file.subarray(0, 4), Buffer.from(page)]).subarray(0, HEAD_BYTES),
    ),
  fc
    .array(
      fc.constantFrom(
        '<svg>',
        '<?xml?>',
        '<!--',
        '-->',
        '<html>',
        ' ',
        '<!doctype html>',
        'text',
        '\ufeff',
        '\0',
      ),
    )
    .map((pieces) => Buffer.from(pieces.join(''))),
);
const media = fc.constantFrom(
  ...[
    'image/png',
    'image/gif',
    'image/foo+xml',
    'image/x-unheard-of',
    'video/mp4',
    'video/ogg',
    'audio/mpeg',
    'audio/mp4',
    'video/x-script',
    'image/bmp',
  ],
);

const HONEST: [Buffer, string][] = [
  [files.mp4, 'video/mp4'],
  [files.mov, 'audio/mp4'],
  [files.webm, 'audio/webm'],
  [files.mp3, 'audio/mp3'],
  [files.wav, 'audio/x-wav'],
];
test('nothing declared as an image, a sound or a video is ever anything active, or outside of these', async () => {
  let accepted = 0;
  const liars = fc.tuple(anyHead, media);
  const honest = fc
    .tuple(fc.constantFrom(...HONEST), fc.uint8Array({ maxLength: 200 }))
    .map(([[file, type], bytes]): [Buffer, string] => [Buffer.concat([file, bytes]), type]);
  await fc.assert(
    fc.asyncProperty(fc.oneof(liars, honest), fc.string(), async ([head, declared], name) => {
      const type = await detectType(head, declared, name).catch((error: unknown) => {
        if (error instanceof StorageError && error.code === 'InvalidMimeType') return undefined;
        throw error;
      });
      if (type === undefined) return;
      accepted++;
      expect(isActive(type)).toBe(false);
      expect(type).toMatch(/^(image|video|audio)\/[a-z0-9.-]+$/);
    }),
    { numRuns: 700 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('whatever the bytes and the header are, the answer can stand in a header or is a refusal', async () => {
  const declared = fc.option(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'text/html',
        'text/plain; charset=utf-8',
        'application/json',
        'a/b;c="d"',
        'text/plain;charset=utf-16',
      ),
    ),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(anyHead, declared, fc.string(), async (head, type, name) => {
      const answer = await detectType(head, type, name).catch((error: unknown) => {
        if (error instanceof StorageError && error.code === 'InvalidMimeType') return error.message;
        throw error;
      });
      expect(answer).toMatch(/^[\x20-\x7e…]{3,400}$/);
    }),
    { numRuns: 700 },
  );
});
