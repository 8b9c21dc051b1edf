import fc from 'fast-check';
import { checkConditions } from '../../server/storage/conditions';
import { selectBytes } from '../../server/storage/ranges';

const modified = new Date('2026-03-01T12:00:00.700Z');
const version = { etag: '"5a1e"', modified };
const DATE = 'Sun, 01 Mar 2026 12:00:00 GMT';
const EARLIER = 'Sun, 01 Mar 2026 11:59:59 GMT';
const LATER = 'Sun, 01 Mar 2026 12:00:01 GMT';

const select = (range: string | undefined, size = 10, ifRange?: string, method = 'GET') =>
  selectBytes({ method, range, ifRange }, version, size);
const wholeOf = (size: number) => ({
  status: 200,
  range: undefined,
  length: size,
  headers: { 'content-length': String(size) },
});

describe('a range', () => {
  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2-5', 2, 5],
    ['bytes=2-', 2, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-10', 0, 9],
    ['bytes=-11', 0, 9],
    ['bytes=-99999999999999999999999', 0, 9],
    ['bytes=0-99999999999999999999999', 0, 9],
    ['bytes=9-9', 9, 9],
    ['Bytes= 2-5 ', 2, 5],
    ['bytes=000002-05', 2, 5],
  ])('%s of ten bytes is %i to %i', (header, start, end) => {
    expect(select(header)).toEqual({
      status: 206,
      range: { start, end },
      length: end - start + 1,
      headers: { 'content-length': String(end - start + 1), 'content-range': `bytes ${start}-${end}/10` },
    });
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s of ten bytes cannot be had',
    (header) => {
      expect(select(header)).toEqual({ status: 416, headers: { 'content-range': 'bytes */10' } });
    },
  );

  test.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-3',
    'bytes=a-b',
    'bytes=1-2x',
    'bytes=+1-2',
    'bytes=1 - 2',
    'bytes=0x1-2',
    'bytes=1.5-2',
    'bytes=--1',
    'lines=1-2',
    ' bytes=1-2',
    'bytes=0-0,2-3',
    'bytes=0-,0-,0-,0-',
    `bytes=${'0-,'.repeat(5000)}0-`,
  ])('%s is answered with the whole', (header) => {
    expect(select(header)).toEqual(wholeOf(10));
  });

  test('of an empty object is the whole of it', () => {
    for (const header of ['bytes=0-', 'bytes=-5', 'bytes=5-', 'bytes=0-0'])
      expect(select(header, 0)).toEqual(wholeOf(0));
  });

  test('counts for GET alone', () => {
    expect(select('bytes=1-2', 10, undefined, 'HEAD')).toEqual(wholeOf(10));
    expect(select('bytes=1-2', 10, undefined, 'GET').status).toBe(206);
  });

  test.each([
    ['"5a1e"', 206],
    [DATE, 206],
    ['"5a1f"', 200],
    ['W/"5a1e"', 200],
    [EARLIER, 200],
    [LATER, 200],
    ['garbage', 200],
    ['*', 200],
    ['', 200],
  ])('with If-Range %s is answered with %i', (ifRange, status) => {
    expect(select('bytes=1-2', 10, ifRange).status).toBe(status);
  });

  test('of another version is not refused though it lies outside: the whole is sent', () => {
    expect(select('bytes=50-', 10, '"old"')).toEqual(wholeOf(10));
    expect(select('bytes=50-', 10, '"5a1e"').status).toBe(416);
  });

  const piece = fc.oneof(
    fc.nat({ max: 30 }).map(String),
    fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
    fc.constantFrom('', '-', ' ', ',', 'bytes=', '=', 'x'),
  );
  const header = fc.oneof(
    fc.tuple(piece, piece).map(([start, end]) => `bytes=${start}-${end}`),
    fc.array(piece, { maxLength: 8 }).map((pieces) => `bytes=${pieces.join('')}`),
    fc.string(),
  );
  test('never lies outside of the object, and its headers say what is sent', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(header, fc.nat({ max: 40 }), (range, size) => {
        const selection = select(range, size);
        seen.add(selection.status);
        if (selection.status === 416) {
          expect(size).toBeGreaterThan(0);
          expect(selection.headers).toEqual({ 'content-range': `bytes */${size}` });
          return;
        }
        expect(selection.headers['content-length']).toBe(String(selection.length));
        if (selection.status === 200) {
          expect(selection).toEqual(wholeOf(size));
          return;
        }
        const { start, end } = selection.range ?? { start: NaN, end: NaN };
        expect(Number.isSafeInteger(start) && Number.isSafeInteger(end)).toBe(true);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThan(size);
        expect(selection.length).toBe(end - start + 1);
        expect(selection.headers['content-range']).toBe(`bytes ${start}-${end}/${size}`);
      }),
      { numRuns: 2000 },
    );
    expect([...seen].sort()).toEqual([200, 206, 416]);
  });
});

describe('conditions', () => {
  test.each<[string, Record<string, string>, 304 | 412 | undefined]>([
    ['none', {}, undefined],
    ['he has this version', { 'if-none-match': '"5a1e"' }, 304],
    ['he has it, by a weak tag', { 'if-none-match': 'W/"5a1e"' }, 304],
    ['he has it among others', { 'if-none-match': '"a", "5a1e" , "b"' }, 304],
    ['he has any', { 'if-none-match': '*' }, 304],
    ['he has another', { 'if-none-match': '"old"' }, undefined],
    ['it has not changed since', { 'if-modified-since': DATE }, 304],
    ['nor since later', { 'if-modified-since': LATER }, 304],
    ['it has changed since', { 'if-modified-since': EARLIER }, undefined],
    ['a date that is none', { 'if-modified-since': 'yesterday' }, undefined],
    ['the tag counts before the date', { 'if-none-match': '"old"', 'if-modified-since': LATER }, undefined],
    ['he wants it anew', { 'if-none-match': '"5a1e"', 'cache-control': 'no-cache' }, undefined],
    ['it is what he takes it for', { 'if-match': '"5a1e"' }, undefined],
    ['it is one of those', { 'if-match': '"x,y", "5a1e"' }, undefined],
    ['whatever it is', { 'if-match': '*' }, undefined],
    ['it is not what he takes it for', { 'if-match': '"old"' }, 412],
    ['a weak tag says nothing of bytes', { 'if-match': 'W/"5a1e"' }, 412],
    ['a tag without quotes is none', { 'if-match': '5a1e' }, 412],
    ['it has not changed', { 'if-unmodified-since': DATE }, undefined],
    ['it has', { 'if-unmodified-since': EARLIER }, 412],
    ['since a date that is none', { 'if-unmodified-since': 'yesterday' }, undefined],
    [
      'the tag counts before that date too',
      { 'if-match': '"5a1e"', 'if-unmodified-since': EARLIER },
      undefined,
    ],
    ['both hold: he has it', { 'if-match': '"5a1e"', 'if-none-match': '"5a1e"' }, 304],
    ['the first fails first', { 'if-match': '"old"', 'if-none-match': '"5a1e"' }, 412],
  ])('%s', (_what, headers, status) => {
    expect(checkConditions(headers, version)).toBe(status);
  });
});
