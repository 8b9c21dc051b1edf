import { alice, bob } from '../helpers/actors';
import type { Attack, Sent } from './hostileWorld';

export const text = `${alice.id}/kept.txt`;
const picture = `${alice.id}/kept.png`;

const JSON_ROUTES: Record<string, [method: string, path: string, as?: Sent['as']]> = {
  list: ['POST', '/object/list/training-data'],
  listV2: ['POST', '/object/list-v2/training-data'],
  move: ['POST', '/object/move'],
  copy: ['POST', '/object/copy'],
  sign: ['POST', `/object/sign/training-data/${text}`],
  signMany: ['POST', '/object/sign/training-data'],
  remove: ['DELETE', '/object/training-data'],
  create: ['POST', '/bucket', 'service'],
  update: ['PUT', '/bucket/training-data', 'service'],
};

const json = (
  route: string,
  what: string,
  body: string | Buffer | object,
  told = 'InvalidRequest',
): Attack => {
  const [method, path, as = 'alice'] = JSON_ROUTES[route]!;
  const written = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  return { name: `JSON for ${route}: ${what}`, sent: { method, path, as, headers, body: written }, told };
};

const many = (length: number) => Array.from({ length }, (_, i) => `${alice.id}/${i}`);
const places = (changes: object) => ({
  ...{ bucketId: 'training-data', sourceKey: text, destinationKey: `${alice.id}/b.txt` },
  ...changes,
});

const bodies: Attack[] = [
  ...Object.keys(JSON_ROUTES).flatMap((route) => [
    json(route, 'none', '{"a'),
    json(route, 'a list', '[{}]'),
    json(route, 'a text', '"a"'),
    json(route, 'null', 'null'),
    json(route, 'bytes that are no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')),
    json(route, 'the wrong kinds', {
      ...{ prefix: 1, bucketId: 1, expiresIn: '1', paths: 1, prefixes: 1, name: 1, public: 'yes', limit: {} },
    }),
    json(
      route,
      'a prototype alone',
      '{"__proto__":{"name":"a","prefix":"a"},"limit":"a","public":1,"expiresIn":0,"paths":0}',
    ),
    json(route, 'a million brackets', `{"prefix":${'['.repeat(1_000_000)}`),
    json(route, 'more than there may be', `{"prefix":"${'a'.repeat(1_600_000)}"}`, 'EntityTooLarge'),
  ]),
  ...[-1, 0, 1.5, 1e300, 3_153_600_001, '60', null, true].flatMap((expiresIn) => [
    json('sign', `for ${JSON.stringify(expiresIn)} seconds`, { expiresIn }),
    json('signMany', `for ${JSON.stringify(expiresIn)} seconds`, { expiresIn, paths: [text] }),
  ]),
  json('sign', 'a size that is none', { expiresIn: 60, transform: { width: '0x10' } }),
  json('sign', 'a size in a list', { expiresIn: 60, transform: { width: [1] } }),
  json('signMany', '1,001 paths', { expiresIn: 60, paths: many(1_001) }),
  json('signMany', 'no paths', { expiresIn: 60, paths: [] }),
  json('remove', '1,001 paths', { prefixes: many(1_001) }),
  json('remove', 'no paths', { prefixes: [] }),
  json('remove', 'a path that leads up', { prefixes: [text, `${alice.id}/../${bob.id}/a`] }, 'InvalidKey'),
  json('list', 'a prefix with NUL', { prefix: 'a\0' }),
  json('list', 'a search with NUL', { prefix: '', search: 'a\0' }),
  json('list', 'a column that is none', {
    prefix: '',
    sortBy: { column: 'name; drop table storage.objects' },
  }),
  json('list', 'a direction that is none', { prefix: '', sortBy: { column: 'name', order: 'asc, 1' } }),
  ...[-1, 0, 1_001, 1.5, '1'].map((limit) =>
    json('list', `${JSON.stringify(limit)} entries`, { prefix: '', limit }),
  ),
  ...[-1, 1.5, 1e9, 1e300].map((offset) => json('list', `from ${offset} on`, { prefix: '', offset })),
  json('listV2', 'a prefix with NUL', { prefix: 'a\0' }),
  ...[
    'a',
    'e30',
    Buffer.from('{"after":"a\\u0000","column":"name","order":"asc"}').toString('base64url'),
  ].map((cursor) => json('listV2', `the cursor ${cursor.slice(0, 9)}`, { cursor })),
  json('listV2', 'a cursor whose time is none', {
    cursor: Buffer.from('{"after":"a","at":"infinity","column":"created_at","order":"asc"}').toString(
      'base64url',
    ),
  }),
  ...['move', 'copy'].flatMap((route) => [
    json(
      route,
      'to a name that leads up',
      places({ destinationKey: `${alice.id}/../${bob.id}/a` }),
      'InvalidKey',
    ),
    json(route, 'from a name that leads up', places({ sourceKey: `${bob.id}/../${text}` }), 'InvalidKey'),
    json(route, 'to a name with NUL', places({ destinationKey: `${alice.id}/a\0` }), 'InvalidKey'),
    json(route, "to another's folder", places({ destinationKey: `${bob.id}/a.txt` }), 'AccessDenied'),
    json(route, "from another's folder", places({ sourceKey: `${bob.id}/kept.txt` }), 'NoSuchKey'),
    json(route, 'to a bucket that leads up', places({ destinationBucket: '../public' }), 'InvalidBucketName'),
    json(
      route,
      'a text into a bucket of pictures',
      places({ destinationBucket: 'pictures' }),
      'InvalidMimeType',
    ),
  ]),
  json('copy', 'a cache that is none', places({ metadata: { cacheControl: 'a\r\nset-cookie: a=b' } })),
  json('copy', 'a type of its own', places({ metadata: { mimetype: 'text/html' } })),
  json('create', 'a limit below zero', { name: 'a', file_size_limit: -1 }),
  json('create', 'a limit beyond all numbers', { name: 'a', file_size_limit: '9'.repeat(40) }),
  json('create', 'a type that is none', { name: 'a', allowed_mime_types: ['text/html\r\n'] }),
  json('create', '101 types', { name: 'a', allowed_mime_types: Array.from({ length: 101 }, () => 'a/b') }),
];

export const query = (path: string, told: string, rest: Partial<Sent> = {}): Attack => ({
  ...{ name: `an address: ${path.replaceAll(alice.id, '…').slice(0, 80)}`, told },
  sent: { method: 'GET', path, ...rest },
});
const drawn = (size: string) => query(`/render/image/public/public/${picture}?${size}`, 'InvalidRequest');

const addresses: Attack[] = [
  ...[
    'width=-1',
    'width=2501',
    'width=0x10',
    'width=1e3',
    'width=NaN',
    'height=1.5',
    'quality=19',
    'quality=1000',
  ].map(drawn),
  ...['resize=evil', 'format=exe', 'resize=__proto__'].map(drawn),
  query(`/render/image/public/public/${alice.id}/bomb.png?width=10`, 'ImageProcessingError'),
  query(`/render/image/public/public/${alice.id}/packed.png?width=10`, 'ImageProcessingError'),
  query(`/render/image/public/lora_files/${alice.id}/bomb.zip?width=10`, 'ImageProcessingError'),
  query(`/render/image/public/public/${alice.id}/kept.svg?width=10`, 'ImageProcessingError'),
  query(`/render/image/authenticated/training-data/${text}?width=10`, 'ImageProcessingError'),
  ...[
    'limit=0',
    'limit=1e9',
    'offset=-1',
    'sortColumn=owner',
    'sortOrder=random()',
    `search=${'a'.repeat(101)}`,
  ].map((each) => query(`/bucket?${each}`, 'InvalidRequest', { as: 'service' })),
  query('/bucket?search=%00', 'InvalidRequest', { as: 'service' }),
  query(`/object/public/training-data/${text}`, 'NoSuchBucket'),
  query(`/object/public/public/..%2ftraining-data/${text}`, 'InvalidKey'),
  query(`/object/authenticated/training-data/${text}`, 'NoSuchKey', { as: 'bob' }),
  query(`/object/training-data/${text}?versionId=1`, 'FeatureNotEnabled'),
  query(`/object/info/training-data/${text}`, 'NoSuchKey', { as: 'bob' }),
  query('/object/public/..;/training-data/a', 'NoSuchBucket'),
  query('/../graphql', 'InvalidRequest'),
  query('/%2e%2e/graphql', 'InvalidRequest'),
  query('/s3/training-data', 'FeatureNotEnabled'),
  query('/', 'InvalidRequest'),
  query('//', 'InvalidRequest'),
  query('/object/%', 'InvalidKey'),
  query('/.git/config', 'InvalidRequest'),
  query('/object/public/%00', 'InvalidKey'),
  query(`!http://evil.example/storage/v1/object/training-data/${text}`, 'InvalidRequest', { as: 'bob' }),
  query(`/object/training-data/${text}`, 'NoSuchKey', {
    as: 'bob',
    headers: {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '127.0.0.1',
      'x-original-url': '/admin',
    },
  }),
  query(`/object/training-data/${text}`, 'NoSuchKey', {
    as: 'bob',
    headers: { 'x-http-method-override': 'DELETE', 'x-supabase-role': 'service_role', role: 'service_role' },
  }),
  query(`/object/training-data/${text}`, 'NotHttp', { headers: { host: '', 'host ': 'a' } }),
];

const methods: Attack[] = ['PATCH', 'TRACE', 'PROPFIND', 'OPTIONS', 'LINK', 'MKCOL'].map((method) =>
  query(`/object/training-data/${text}`, 'InvalidRequest', { method }),
);
const misused: Attack[] = [
  ...methods.map((each) => ({ ...each, name: `the method ${each.sent.method}` })),
  { ...query('/object/move', 'NotHttp', { method: 'EVIL' }), name: 'a method that there is not' },
  { ...query('/object/move', 'NotHttp', { method: 'get' }), name: 'a method in small letters' },
  {
    ...query(`/object/upload/sign/training-data/${text}`, 'NoSuchBucket'),
    name: 'reading where one uploads',
  },
  { ...query('/bucket/training-data', 'InvalidRequest', { method: 'POST' }), name: 'making where one reads' },
];

export const REQUEST_ATTACKS: Attack[] = [...bodies, ...addresses, ...misused];
