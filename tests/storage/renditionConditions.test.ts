import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { alice, authorizationOf, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { scrape, sum } from '../helpers/metrics';
import { noise } from '../helpers/pictures';

// What the version and the transform decide is answered without drawing: by the gateway's own count of what it drew.

let database: TestDatabase;
let gateway: TestGateway;
let authorization: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  gateway = await startTestGateway(database);
  authorization = (await authorizationOf(alice))!;
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const store = async (name: string, bytes: Buffer | string, type: string) => {
  const answer = await fetch(`${gateway.url}/storage/v1/object/public/${alice.id}/${name}`, {
    ...{ method: 'PUT', body: bytes as string, headers: { authorization, 'content-type': type } },
  });
  expect(answer.status).toBe(200);
};
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
/** Not by fetch, which sends `no-cache` along with conditions. */
const render = (
  name: string,
  query: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) =>
  new Promise<Answer>((resolve, reject) => {
    const address = `${gateway.url}/storage/v1/render/image/public/public/${alice.id}/${name}?${query}`;
    request(address, { method, headers, agent: false }, (answer) => {
      buffer(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        reject,
      );
    })
      .once('error', reject)
      .end();
  });
const drawn = async (outcome = 'made') =>
  sum(await scrape(gateway.url), 'reigh_renditions_total', { outcome });

/** How many pictures were drawn for it. */
async function drawnBy<T>(work: () => Promise<T>): Promise<[result: T, count: number]> {
  const before = await drawn();
  const result = await work();
  return [result, (await drawn()) - before];
}
const headersOf = ({ headers }: Answer) => {
  const kept = { ...headers };
  for (const own of ['date', 'x-request-id', 'transfer-encoding']) delete kept[own];
  return kept;
};
const forget = async (name: string) => {
  const answer = await fetch(`${gateway.url}/storage/v1/cdn/public/${alice.id}/${name}`, {
    ...{ method: 'DELETE', headers: { authorization: (await authorizationOf(service))! } },
  });
  expect(answer.status).toBe(200);
};

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
const ACCEPTS = [undefined, 'image/webp,*/*'];

describe.each(FORMATS)('of a %s', (format) => {
  test.each(ACCEPTS)('HEAD tells what GET tells, and draws nothing (accept: %s)', async (accept) => {
    await store(`a.${format}`, await noise(60, 40).toFormat(format).toBuffer(), `image/${format}`);
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    for (const query of ['width=20', 'width=20&format=avif', 'width=22&format=origin&download=']) {
      const ask = (method: string) => render(`a.${format}`, query, { method, headers });
      const [head, none] = await drawnBy(() => ask('HEAD'));
      expect([head.status, none]).toEqual([200, 0]);
      const [answer, one] = await drawnBy(() => ask('GET'));
      expect([answer.status, one]).toEqual([200, 1]);
      const { 'content-length': length, 'content-type': type, ...others } = headersOf(answer);
      const told = headersOf(head);
      expect(told).toMatchObject(others);
      expect(told['content-length']).toBeUndefined();
      // What becomes of a TIFF, its transparency decides.
      if (format === 'tiff' && !/avif/.test(query) && (accept === undefined || /origin/.test(query)))
        expect(told['content-type']).toBeUndefined();
      else expect(told['content-type']).toBe(type);
      // Of what is kept, all is known.
      const [again, still] = await drawnBy(() => ask('HEAD'));
      expect([headersOf(again), still]).toEqual([
        { ...others, 'content-length': length, 'content-type': type },
        0,
      ]);
    }
  });
});

describe('conditions', () => {
  const NAME = 'b.png';
  const query = 'width=30&height=20&quality=50';
  let etag: string;
  let modified: string;

  beforeAll(async () => {
    await store(NAME, await noise(60, 40).png().toBuffer(), 'image/png');
    const answer = await render(NAME, query);
    [etag, modified] = [answer.headers.etag!, answer.headers['last-modified']!];
  });
  beforeEach(() => forget(NAME));

  test.each<[string, () => Record<string, string>, number]>([
    ['If-None-Match', () => ({ 'if-none-match': etag }), 304],
    ['If-None-Match among others', () => ({ 'if-none-match': `"x", W/${etag}` }), 304],
    ['If-None-Match: *', () => ({ 'if-none-match': '*' }), 304],
    ['If-Modified-Since', () => ({ 'if-modified-since': modified }), 304],
    ['If-Match', () => ({ 'if-match': '"other"' }), 412],
    ['If-Unmodified-Since', () => ({ 'if-unmodified-since': new Date(0).toUTCString() }), 412],
  ])('%s is answered without drawing, to GET and HEAD', async (_name, headers, status) => {
    for (const method of ['GET', 'HEAD']) {
      const [answer, count] = await drawnBy(() => render(NAME, query, { method, headers: headers() }));
      expect([answer.status, count, answer.body.length]).toEqual([status, 0, 0]);
      expect(answer.headers.etag).toBe(etag);
      expect(answer.headers.vary).toContain('Accept');
    }
  });

  test('what does not hold is drawn: another size, quality or format, and another version', async () => {
    const asked = (changed: string, accept?: string) => {
      const headers: Record<string, string> = { 'if-none-match': etag, ...(accept ? { accept } : {}) };
      return drawnBy(async () => {
        const answer = await render(NAME, changed, { headers });
        return [answer.status, answer.headers.etag === etag];
      });
    };
    for (const changed of [
      'width=31&height=20&quality=50',
      'width=30&height=20&quality=51',
      `${query}&format=avif`,
    ])
      expect(await asked(changed)).toEqual([[200, false], 1]);
    expect(await asked(query, 'image/webp')).toEqual([[200, false], 1]);
    expect(await asked(query)).toEqual([[304, true], 0]);
    await store(NAME, await noise(60, 40).png().toBuffer(), 'image/png');
    expect(await asked(query)).toEqual([[200, false], 1]);
  });

  test('whoever may not read it learns nothing by them, and what is no picture is told so', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await render('none.png', query, { headers })).status).toBe(400);
    expect((await render('none.png', query, { method: 'HEAD' })).status).toBe(400);
    await store('words.txt', 'words', 'text/plain');
    const refused = await drawn('refused');
    const answer = await render('words.txt', query, { headers });
    expect([answer.status, JSON.parse(answer.body.toString())]).toMatchObject([
      400,
      { code: 'ImageProcessingError' },
    ]);
    expect((await render('words.txt', query, { method: 'HEAD' })).status).toBe(400);
    expect(await drawn('refused')).toBe(refused + 2);
  });
});
