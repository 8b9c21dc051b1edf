import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { StorageError } from '../../server/storage/errors';
import { decodePath, readBucketName, readObjectName } from '../../server/storage/names';

const refusalOf = (work: () => unknown): StorageError => {
  try {
    const result = work();
    throw new Error(`it was accepted: ${JSON.stringify(result)}`);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
};
const ALLOWED = "abcXYZ019_/!-.*'() &$@=;:+,?";
/** Near the edge of what is allowed: mostly allowed characters, and those that make trouble. */
const nearName = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...ALLOWED) },
      fc.constantFrom('..', './', '//', '%2e', '\\', '\0', 'é', ' /'),
    ),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((pieces) => pieces.join(''));
const isAccepted = (name: string) => {
  try {
    return readObjectName(name) === name;
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
};

describe('the name of an object', () => {
  test.each([
    'a',
    'folder/cat.png',
    'c0ffee00-0000-4000-8000-000000000001/tasks/1/out.mp4',
    "it's (1) & $2 @ 3=4;5:6+7,8?!.*",
    '.emptyFolderPlaceholder',
    'a/.hidden',
    'a..b/c...d',
    'a cat./1.png',
    'x'.repeat(255),
    Array.from({ length: 50 }, () => 'x').join('/'),
    `${'x'.repeat(255)}/${'y'.repeat(255)}/${'z'.repeat(255)}/${'w'.repeat(255)}/`.slice(0, 1023),
  ])('is accepted as it is: %s', (name) => {
    expect(readObjectName(name)).toBe(name);
  });

  test.each<[string, string, RegExp]>([
    ['nothing', '', /is empty/],
    ['a slash in front', '/a', /begin or end with "\/"/],
    ['a slash at the end', 'a/', /begin or end with "\/"/],
    ['an empty part', 'a//b', /an empty part/],
    ['the folder above', '../a', /dots and spaces/],
    ['the folder above, within', 'a/../b', /dots and spaces/],
    ['the folder above, at the end', 'a/..', /dots and spaces/],
    ['the folder itself', 'a/./b', /dots and spaces/],
    ['three dots', 'a/.../b', /dots and spaces/],
    ['two dots and a space', 'a/.. /b', /dots and spaces/],
    ['a space as a folder', 'a/ /b', /dots and spaces/],
    ['a space in front', ' a', /begin or end with a space/],
    ['a space at the end', 'a.png ', /begin or end with a space/],
    ['a backslash', 'a\\..\\b', /"\\" is not allowed/],
    ['a percent sign', 'a%2e%2e/b', /"%" is not allowed/],
    ['a NUL', 'a\0.png', /U\+0000 is not allowed/],
    ['a line break', 'a\nb', /U\+000A is not allowed/],
    ['a line break at the end', 'a\n', /U\+000A is not allowed/],
    ['DEL', 'a\x7f', /U\+007F is not allowed/],
    ['a right-to-left override', 'a\u202egnp.exe', /U\+202E is not allowed/],
    ['a Cyrillic а', 'аlice/x.png', /U\+0430 is not allowed/],
    ['a full-width slash', 'a／b', /U\+FF0F is not allowed/],
    ['full-width dots', '．．/b', /U\+FF0E is not allowed/],
    ['a zero-width space', 'a\u200bb', /U\+200B is not allowed/],
    ['a decomposed letter', 'e\u0301', /U\+0301 is not allowed/],
    ['a picture', '😀', /U\+1F600 is not allowed/],
    ['half a surrogate', 'a\ud800', /U\+D800 is not allowed/],
    ['a quote', 'a"b', /""" is not allowed/],
    ['brackets', 'a<b>', /"<" is not allowed/],
    ['a hash', 'a#b', /"#" is not allowed/],
    ['1,025 bytes', 'ab/'.repeat(500).slice(0, 1025), /longer than 1024 bytes/],
    ['a part of 256 bytes', `a/${'b'.repeat(256)}`, /longer than 255 bytes/],
    ['51 parts', Array.from({ length: 51 }, () => 'x').join('/'), /more than 50 parts/],
  ])('is refused with %s', (_what, name, why) => {
    const refusal = refusalOf(() => readObjectName(name));
    expect(refusal.code).toBe('InvalidKey');
    expect(refusal.message).toMatch(why);
  });

  test('that is accepted means one place, however often it is decoded and wherever it is joined', () => {
    let accepted = 0;
    fc.assert(
      fc.property(nearName, fc.nat({ max: 4 }), fc.boolean(), (name, times, asForm) => {
        if (!isAccepted(name)) return;
        accepted++;
        let decoded = name;
        for (let i = 0; i < times; i++) decoded = decodeURIComponent(decoded);
        expect(decoded).toBe(name);
        expect(name.normalize('NFKC')).toBe(name);
        // As a form its plus signs become spaces.
        if (asForm) decoded = decoded.replaceAll('+', ' ');
        expect(posix.join('/root', decoded)).toBe(`/root/${decoded}`);
        expect(win32.join('C:\\root', decoded).startsWith('C:\\root\\')).toBe(true);
        expect(win32.join('C:\\root', decoded).split('\\')).toHaveLength(2 + decoded.split('/').length);
        // What drops dots and spaces at the end of a part makes neither nothing nor the folder above of it.
        for (const part of name.split('/')) expect(part.replace(/[. ]+$/, '')).not.toBe('');
        const path = name.split('/').map(encodeURIComponent).join('/');
        expect(new URL(`http://host/root/${path}`).pathname).toBe(`/root/${path}`);
        expect(decodePath(path)).toBe(name);
        expect(decodePath(encodeURIComponent(name))).toBe(name);
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('is never echoed in full length or with what a reader cannot see', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        if (isAccepted(name)) return;
        for (const read of [readObjectName, readBucketName, decodePath]) {
          const message = messageOf(() => read(name));
          expect(message).not.toMatch(/[^\x20-\x7e—…]/);
          expect(message.length).toBeLessThan(320);
        }
      }),
      { numRuns: 150 },
    );
    const long = refusalOf(() => readObjectName('q'.repeat(3000)));
    expect(long.message.replace(/[^q]/g, '')).toHaveLength(99);
  });
});

const messageOf = (work: () => unknown) => {
  try {
    work();
    return '';
  } catch (error) {
    if (error instanceof StorageError) return error.message;
    throw error;
  }
};

describe('the name of a bucket', () => {
  test.each(['public', 'training-data', 'lora_files', 'A bucket (2)', 'x'.repeat(63)])(
    'is accepted: %s',
    (name) => {
      expect(readBucketName(name)).toBe(name);
    },
  );

  test.each([
    ['nothing', '', /is empty/],
    ['64 bytes', 'x'.repeat(64), /longer than 63 bytes/],
    ['a slash', 'a/b', /has no folders/],
    ['dots', '..', /dots and spaces/],
    ['a space at its end', 'a ', /begin or end with a space/],
    ['a NUL', 'a\0', /U\+0000/],
    ['a Greek letter', 'publiс', /U\+0441/],
  ])('is refused with %s', (_what, name, why) => {
    const refusal = refusalOf(() => readBucketName(name));
    expect(refusal.code).toBe('InvalidBucketName');
    expect(refusal.message).toMatch(why);
  });
});

describe('a path in an address', () => {
  test.each([
    ['a%20b.png', 'a b.png'],
    ['folder%2Fcat.png', 'folder/cat.png'],
    ['a+b', 'a+b'],
    ['%C3%A9', 'é'],
    ['a%252Fb', 'a%2Fb'],
    ['%2e%2e/a', '../a'],
    ['a%3Fb', 'a?b'],
  ])('is decoded once: %s is %s', (raw, decoded) => {
    expect(decodePath(raw)).toBe(decoded);
  });

  test.each([
    ['a percent sign alone', 'a%', /percent-encoding/],
    ['half an escape', 'a%2', /percent-encoding/],
    ['an escape that is none', 'a%zz', /percent-encoding/],
    ['an overlong dot', '%c0%ae%c0%ae/a', /percent-encoding/],
    ['an overlong slash of three bytes', 'a%e0%80%afb', /percent-encoding/],
    ['half a surrogate', 'a%ed%a0%80', /percent-encoding/],
    ['a lone continuation byte', 'a%80', /percent-encoding/],
    ['latin-1', 'caf%e9', /percent-encoding/],
    ['IIS escapes', 'a%u002e', /percent-encoding/],
    ['an encoded NUL', 'a%00.png', /NUL/],
    ['an encoded backslash', 'a%5C..%5cb', /"\\" is not allowed/],
    ['a backslash', 'a\\b', /"\\" is not allowed/],
    ['a raw space', 'a b', /must be percent-encoded/],
    ['a raw NUL', 'a\0b', /must be percent-encoded/],
    ['raw bytes beyond ASCII', 'caf\xe9', /must be percent-encoded/],
    ['more bytes than any name has', 'a'.repeat(4000), /longer than 1024 bytes/],
  ])('is refused with %s', (_what, raw, why) => {
    const refusal = refusalOf(() => decodePath(raw));
    expect(refusal.code).toBe('InvalidKey');
    expect(refusal.message).toMatch(why);
  });

  test('encoded twice is not decoded twice: its name is refused', () => {
    expect(refusalOf(() => readObjectName(decodePath('%252e%252e%252fetc'))).message).toMatch(
      /"%" is not allowed/,
    );
    expect(refusalOf(() => readObjectName(decodePath('%2e%2e%2fetc'))).message).toMatch(/dots and spaces/);
  });
});
