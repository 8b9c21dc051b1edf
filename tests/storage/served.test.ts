import { validateHeaderValue } from 'node:http';
import contentDisposition from 'content-disposition';
import fc from 'fast-check';
import { plainType } from '../../server/storage/mediaTypes';
import { serveHeaders, type ServedFacts } from '../../server/storage/served';

const NOW = new Date('2026-03-01T12:00:00Z');
const inSeconds = (seconds: number) => ({ signedUntil: new Date(NOW.getTime() + seconds * 1000) });
const facts: ServedFacts = {
  name: 'alice/cat.png',
  type: 'image/png',
  etag: '"5a1e"',
  modified: new Date('2026-02-01T00:00:00.500Z'),
  cacheControl: 'max-age=3600',
  access: 'public',
  download: undefined,
  now: NOW,
};
const serve = (given: Partial<ServedFacts>) => serveHeaders({ ...facts, ...given });

describe('what is served', () => {
  test('from a public bucket', () => {
    expect(serve({})).toEqual({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'max-age=3600',
      etag: '"5a1e"',
      'last-modified': 'Sun, 01 Feb 2026 00:00:00 GMT',
      'accept-ranges': 'bytes',
    });
  });

  test('by a token is for its bearer alone', () => {
    expect(serve({ access: 'authenticated' })).toMatchObject({
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=3600',
      vary: 'Authorization, Origin',
    });
    expect(serve({ access: inSeconds(60) })['cross-origin-resource-policy']).toBe('cross-origin');
  });

  test.each(['image/png', 'video/mp4', 'audio/mpeg', 'font/woff2', 'text/plain', 'application/json'])(
    'is shown: %s',
    (type) => {
      expect(serve({ type })).not.toHaveProperty('content-disposition');
      expect(plainType(serve({ type })['content-type'] ?? '')).toBe(type);
    },
  );

  test.each([
    ['text/html', 'text/plain; charset=utf-8'],
    ['text/html; charset=iso-8859-1', 'text/plain; charset=iso-8859-1'],
    ['TEXT/HTML', 'text/plain; charset=utf-8'],
    ['application/xhtml+xml', 'text/plain'],
    ['text/javascript', 'text/plain; charset=utf-8'],
    ['application/javascript', 'text/plain; charset=utf-8'],
    ['application/x-javascript; charset=utf-8', 'text/plain; charset=utf-8'],
    ['text/vbscript', 'text/plain; charset=utf-8'],
    ['image/svg+xml', 'image/svg+xml'],
    ['application/xml', 'application/xml'],
    ['text/xml', 'application/xml'],
    ['application/atom+xml', 'application/atom+xml'],
    ['text/xsl', 'text/xsl; charset=utf-8'],
    ['application/pdf', 'application/pdf'],
    ['application/postscript', 'application/postscript'],
    ['application/x-shockwave-flash', 'application/x-shockwave-flash'],
    ['application/zip', 'application/zip'],
    ['text/css', 'text/css; charset=utf-8'],
    ['application/octet-stream', 'application/octet-stream'],
    ['multipart/x-mixed-replace', 'application/octet-stream'],
    ['message/rfc822', 'application/octet-stream'],
    ['x-unknown/x-unknown', 'x-unknown/x-unknown'],
    ['', 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
    ['image/png\r\nx: y', 'application/octet-stream'],
    ['image/png, text/html', 'application/octet-stream'],
  ])('is saved, and what a page could run is text: %s as %s', (type, served) => {
    const headers = serve({ type, name: 'a/b.bin' });
    expect(headers).toMatchObject({
      'content-type': served,
      'content-disposition': 'attachment; filename="b.bin"',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('the name that it is saved by', () => {
  test.each([
    ['', 'cat.png'],
    ['My cat.png', 'My cat.png'],
    ['naïve — 猫.png', 'naïve — 猫.png'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['..\\..\\a.exe', '.._.._a.exe'],
    ['a"; filename="b.exe', 'a"; filename="b.exe'],
    ['a\r\nset-cookie: a=b', 'aset-cookie: a=b'],
    ['cat\u202egnp.exe', 'catgnp.exe'],
    ['a\0b\u200b', 'ab'],
    ['a%22%0d%0ab', 'a%22%0d%0ab'],
    ['..', 'cat.png'],
    [' . ', 'cat.png'],
    ['\ud800', '\ufffd'],
    ['x'.repeat(2_000), 'x'.repeat(200)],
  ])('%j is %j', (download, name) => {
    const header = serve({ download })['content-disposition'] ?? '';
    expect(contentDisposition.parse(header)).toEqual({ type: 'attachment', parameters: { filename: name } });
  });

  test('is plain where it can be, and both where it cannot', () => {
    expect(serve({ download: 'a.png' })['content-disposition']).toBe('attachment; filename="a.png"');
    expect(serve({ download: '猫.png' })['content-disposition']).toBe(
      `attachment; filename="?.png"; filename*=UTF-8''%E7%8C%AB.png`,
    );
  });
});

describe('caching', () => {
  test.each<[string | undefined, ServedFacts['access'], string]>([
    [undefined, 'public', 'no-cache'],
    ['', 'public', 'no-cache'],
    ['garbage', 'public', 'no-cache'],
    ['max-age=3600', 'public', 'max-age=3600'],
    ['Public, Max-Age="60", immutable', 'public', 'public, max-age=60, immutable'],
    ['max-age=1\r\nset-cookie: a=b', 'public', 'no-cache'],
    ['max-age=60, x=y, no-transform', 'public', 'max-age=60, no-transform'],
    ['max-age=-1', 'public', 'no-cache'],
    ['max-age', 'public', 'no-cache'],
    [undefined, 'authenticated', 'private, no-cache'],
    ['public, s-maxage=60, max-age=5', 'authenticated', 'private, max-age=5'],
    ['private, max-age=5', 'authenticated', 'private, max-age=5'],
    ['no-store', 'authenticated', 'private, no-store'],
    ['max-age=3600', inSeconds(60), 'max-age=60, must-revalidate'],
    ['max-age=30', inSeconds(60), 'max-age=30, must-revalidate'],
    ['public, s-maxage=90, max-age=90', inSeconds(60), 'public, s-maxage=60, max-age=60, must-revalidate'],
    ['max-age=9, stale-while-revalidate=99, stale-if-error=99', inSeconds(60), 'max-age=9, must-revalidate'],
    ['public', inSeconds(60), 'public, max-age=0, must-revalidate'],
    [undefined, inSeconds(60), 'no-cache, max-age=0, must-revalidate'],
    ['max-age=3600', inSeconds(-5), 'max-age=0, must-revalidate'],
    ['max-age=3600', inSeconds(1.9), 'max-age=1, must-revalidate'],
  ])('%j read by %j is %s', (cacheControl, access, header) => {
    expect(serve({ cacheControl, access })['cache-control']).toBe(header);
  });
});

test('whatever the object and the request are, no header is broken, nothing runs, and nothing outlives its URL', () => {
  const wild = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
  const types = fc.oneof(
    wild,
    fc.constantFrom('text/html', 'TEXT/HTML;x', 'image/svg+xml', 'text/javascript', 'image/png', undefined),
  );
  const access = fc.oneof(
    fc.constantFrom('public' as const, 'authenticated' as const),
    fc.integer({ min: -10, max: 10_000 }).map(inSeconds),
  );
  const caching = fc.oneof(
    wild,
    fc
      .array(
        fc.tuple(
          fc.constantFrom('max-age', 's-maxage', 'stale-if-error', 'public', 'private', 'immutable'),
          fc.nat(),
        ),
      )
      .map((pairs) =>
        pairs.map(([name, seconds]) => (name.includes('-') ? `${name}=${seconds}` : name)).join(','),
      ),
  );
  fc.assert(
    fc.property(
      types,
      wild,
      fc.option(wild, { nil: undefined }),
      caching,
      access,
      (type, name, download, cacheControl, by) => {
        const headers = serve({ type, name, download, cacheControl, access: by });
        for (const [header, value] of Object.entries(headers)) {
          expect(() => validateHeaderValue(header, value)).not.toThrow();
          expect(value).not.toMatch(/[\r\n\0]/);
        }
        expect(headers['x-content-type-options']).toBe('nosniff');
        expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*sandbox$/);
        expect(headers['content-type']).not.toMatch(/html|javascript/i);
        const shown = !('content-disposition' in headers);
        if (shown)
          expect(headers['content-type']).toMatch(
            /^(image|video|audio|font)\/(?!svg)|^text\/plain|^application\/json/,
          );
        if (download !== undefined)
          expect(contentDisposition.parse(headers['content-disposition'] ?? '').type).toBe('attachment');
        const caches = headers['cache-control'] ?? '';
        if (by === 'authenticated') expect(caches).toMatch(/^private(?!.*(?:public|s-maxage))/);
        else if (by !== 'public') {
          const left = Math.max(0, (by.signedUntil.getTime() - NOW.getTime()) / 1000);
          expect(caches).toMatch(/max-age=/);
          for (const [, seconds] of caches.matchAll(/=(\d+)/g))
            expect(Number(seconds)).toBeLessThanOrEqual(left);
        }
      },
    ),
    { numRuns: 500 },
  );
});
