import { isAllowed, plainType } from '../../server/storage/mediaTypes';
import { detect, refusalOf } from './detecting';
import { PAGES } from './samples';

describe('a page', () => {
  test.each(PAGES)('is found where a text is declared, or nothing: %s', async (_what, page) => {
    for (const declared of [
      'text/plain',
      'text/plain;charset=UTF-8',
      'text/css',
      'application/json',
      'text/html',
      undefined,
      'application/octet-stream',
    ])
      expect(plainType(await detect(page, declared, 'cat.png'))).toBe('text/html');
  });

  test.each(PAGES)('is refused as anything that must have a mark: %s', async (_what, page) => {
    for (const declared of [
      'image/png',
      'video/mp4',
      'audio/mpeg',
      'application/pdf',
      'application/zip',
      'image/svg+xml',
      'font/woff2',
      'image/x-unheard-of',
    ])
      expect(await refusalOf(detect(page, declared, 'cat.png'))).toMatch(
        `mime type ${declared} is not supported: the content is text/html.`,
      );
  });

  test('of XML is that', async () => {
    const page =
      '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml">';
    expect(await detect(page)).toBe('application/xhtml+xml');
    expect(await detect('<?xml version="1.0"?><note/>', 'text/plain')).toBe('application/xml');
    expect(await detect('<?xml version="1.0"?><feed/>', 'application/atom+xml')).toBe('application/atom+xml');
    expect(await detect('<?xml version="1.0"?><html/>', 'application/atom+xml')).toBe(
      'application/xhtml+xml',
    );
  });

  test('is not what only mentions one', async () => {
    for (const text of ['a <script> in a sentence', '< html>', '<3', '&lt;html&gt;', '<foo>', '<scripture>'])
      expect(await detect(text, 'text/plain')).toBe('text/plain');
    expect(await detect('<h1 align="center">Read me</h1>', 'text/markdown')).toBe('text/markdown');
  });

  test('behind a picture’s first letters is a text still', async () => {
    for (const mark of ['GIF89a', 'BM', 'MZ', 'ID3', '1234free']) {
      expect(await detect(`${mark}=1;alert(1)//`, 'text/plain')).toBe('text/plain');
      expect(await refusalOf(detect(`${mark}=1;alert(1)//`, 'image/gif'))).toMatch(
        /the content is text\/plain/,
      );
    }
  });
});

describe('an SVG', () => {
  test.each([
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n<svg>',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd" [<!ENTITY a "b>">]>\n<svg>',
    '\ufeff <SVG/>',
    '<s:svg xmlns:s="http://www.w3.org/2000/svg">',
  ])('is one by its root: %s', async (svg) => {
    for (const declared of [
      'image/svg+xml',
      'image/svg',
      undefined,
      'text/plain',
      'application/xml',
      'text/html',
    ])
      expect(await detect(svg, declared)).toBe('image/svg+xml');
    expect(await refusalOf(detect(svg, 'image/png'))).toMatch(/the content is image\/svg\+xml/);
  });

  test.each([
    ['<html><svg/></html>', 'text/html'],
    ['<?xml version="1.0"?><note><svg/></note>', 'application/xml'],
    ['<!-- <svg> --><script>', 'text/html'],
    ['svg', 'text/plain'],
  ])('is none by what it holds: %s', async (content, type) => {
    expect(await refusalOf(detect(content, 'image/svg+xml'))).toMatch(`the content is ${type}.`);
  });
});

describe('a text', () => {
  test.each([
    ['text/plain;charset=UTF-8', 'text/plain; charset=utf-8'],
    ['text/plain', 'text/plain'],
    ['TEXT/CSV; header=present; charset="utf-8"', 'text/csv; charset=utf-8'],
    ['text/plain; charset=utf-7', 'text/plain'],
    ['text/plain; charset=utf-16', 'text/plain'],
    ['text/javascript', 'text/javascript'],
    ['application/x-javascript', 'text/javascript'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['application/x-tool', 'application/x-tool'],
  ])('is what it is declared to be: %s', async (declared, type) => {
    expect(await detect('a, b — ü', declared)).toBe(type);
  });

  test('that is declared as nothing is plain, or of the passive types the one of its name', async () => {
    expect(await detect('a')).toBe('text/plain');
    expect(await detect('{"a":1}', undefined, 'x/a.json')).toBe('application/json');
    expect(await detect('a,b', 'application/octet-stream', 'x/a.CSV')).toBe('text/csv');
    for (const name of [
      'a.html',
      'a.js',
      'a.svg',
      'a.png',
      'json',
      'constructor',
      'a.constructor',
      'a.toString',
    ])
      expect(await detect('alert(1)', undefined, name)).toBe('text/plain');
  });

  test('has no bytes of other things', async () => {
    for (const bytes of ['a\0b', 'caf\xe9', 'a\x1ab', '\xff\xfea\0<\0h\0'])
      expect(await detect(Buffer.from(bytes, 'latin1'), 'text/html')).toBe('application/octet-stream');
    expect(await detect(Buffer.from('caf\xe9', 'latin1'), 'text/csv; charset=iso-8859-1')).toBe(
      'text/csv; charset=iso-8859-1',
    );
    expect(await detect(Buffer.from('<html>\xe9', 'latin1'), 'text/csv; charset=iso-8859-1')).toBe(
      'text/html',
    );
  });

  test('may be cut within a character where the head ends, and not before', async () => {
    const long = 'a' + 'é'.repeat(4000);
    expect(await detect(long, 'text/plain')).toBe('text/plain');
    expect(await detect(Buffer.from(long).subarray(0, 100), 'text/plain')).toBe('application/octet-stream');
  });
});

describe('a bucket’s list', () => {
  test.each<[string, string[] | null, boolean]>([
    ['image/png', null, true],
    ['image/png', [], true],
    ['image/png', ['image/png'], true],
    ['image/png', ['IMAGE/PNG'], true],
    ['image/jpeg', ['image/jpg'], true],
    ['image/png', ['image/*'], true],
    ['image/png', ['*/*'], true],
    ['image/png', ['*'], true],
    ['text/plain; charset=utf-8', ['text/plain'], true],
    ['text/plain', ['text/plain;charset=UTF-8'], true],
    ['image/png', ['image/jpeg', 'video/*'], false],
    ['imagex/png', ['image/*'], false],
    ['image/png', ['image'], false],
    ['image/png', ['image/p*'], false],
    ['text/html', ['image/*', 'text/plain'], false],
  ])('%s in %j: %s', (type, allowed, answer) => {
    expect(isAllowed(type, allowed)).toBe(answer);
  });
});
