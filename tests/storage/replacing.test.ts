import sharp from 'sharp';
import { alice, authorizationOf } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { emptyFolder } from '../helpers/process';
import { S3_BUCKET, S3_KEYS, startS3 } from '../helpers/s3';
import { sumOf } from './killing';

// Ten replace one picture over and over while twenty read it, whole, in parts, and drawn smaller. What was replaced is
// swept at once. Each reader has one version, and none is refused.

const WRITERS = 10;
const EACH = 3;
const READERS = 20;
const PLACE = `public/${alice.id}/picture.png`;

interface Version {
  bytes: Buffer;
  colour: number[];
}

let database: TestDatabase;
let versions: Version[];
let known: Set<string>;
beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  versions = await Promise.all(
    Array.from({ length: WRITERS * EACH + 1 }, async (_, number) => {
      const colour = [(number % 5) * 60, (Math.floor(number / 5) % 4) * 60, Math.floor(number / 20) * 60];
      const [r = 0, g = 0, b = 0] = colour;
      // Not squeezed: each is read in several pieces. And no two have the same length.
      const picture = sharp({
        create: { width: 200, height: 200 + number, channels: 3, background: { r, g, b } },
      });
      return { bytes: await picture.png({ compressionLevel: 0 }).toBuffer(), colour };
    }),
  );
  known = new Set(versions.map(({ bytes }) => sumOf(bytes)));
});
afterAll(() => database?.drop());

const BACKENDS = ['file', 's3'] as const;
test.each(BACKENDS)('every read is of one whole version, and none fails: %s', async (kind) => {
  const s3 = kind === 's3' ? await startS3() : undefined;
  const gateway = await startTestGateway(database, {
    ...{ RATE_USER_MAX: '0', MAINTENANCE_INTERVAL_MS: '5' },
    ...(s3
      ? {
          ...{ STORAGE_BACKEND: 's3', S3_ENDPOINT: s3.endpoint, S3_BUCKET, S3_FORCE_PATH_STYLE: 'true' },
          ...{ S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey },
        }
      : { STORAGE_DIR: await emptyFolder() }),
  });
  try {
    await replaceAndRead(gateway);
  } finally {
    await gateway.stop();
    await s3?.close();
  }
});

async function replaceAndRead({ url }: TestGateway): Promise<void> {
  const authorization = (await authorizationOf(alice))!;
  const ask = async (address: string, headers: Record<string, string> = {}, init: RequestInit = {}) => {
    const response = await fetch(`${url}/storage/v1/${address}`, {
      ...init,
      headers: { authorization, ...headers },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${address} was answered ${response.status} ${bytes.toString()}`);
    return { status: response.status, etag: response.headers.get('etag') ?? '', bytes };
  };
  const store = ({ bytes }: Version) =>
    ask(`object/${PLACE}`, { 'content-type': 'image/png' }, { method: 'PUT', body: new Uint8Array(bytes) });
  const counts = { whole: 0, continued: 0, anew: 0, drawn: 0 };
  const seen = new Set<string>();

  const readers = [
    async () => {
      const { bytes } = await ask(`object/authenticated/${PLACE}`);
      seen.add(sumOf(bytes));
      counts.whole++;
    },
    async () => {
      const first = await ask(`object/authenticated/${PLACE}`, { range: 'bytes=0-69999' });
      expect([first.status, first.bytes.length]).toEqual([206, 70_000]);
      const rest = await ask(`object/authenticated/${PLACE}`, {
        ...{ range: 'bytes=70000-', 'if-range': first.etag },
      });
      const goesOn = rest.status === 206;
      expect(rest.etag === first.etag).toBe(goesOn);
      seen.add(sumOf(goesOn ? Buffer.concat([first.bytes, rest.bytes]) : rest.bytes));
      counts[goesOn ? 'continued' : 'anew']++;
    },
    async () => {
      const { bytes } = await ask(`render/image/authenticated/${PLACE}?width=20&height=20`);
      const { channels } = await sharp(bytes).stats();
      // What is drawn is near the colour of one version, and everywhere the same.
      const [low, high] = [channels.map(({ min }) => min), channels.map(({ max }) => max)];
      const isOf = ({ colour }: Version) =>
        colour.every((value, at) => Math.abs(low[at]! - value) < 12 && Math.abs(high[at]! - value) < 12);
      expect({ low, high, isOfOne: versions.some(isOf) }).toMatchObject({ isOfOne: true });
      counts.drawn++;
    },
  ];

  await store(versions[0]!);
  let isOver = false;
  const read = async (number: number) => {
    while (!isOver) await readers[number % readers.length]!();
  };
  const reading = Promise.all(Array.from({ length: READERS }, (_, number) => read(number)));
  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (const version of versions.slice(1 + writer * EACH, 1 + (writer + 1) * EACH)) await store(version);
    }),
  ).finally(() => (isOver = true));
  await Promise.all([reading, writing]);
  // In peace as well: there the rest is of the same version.
  for (const reader of readers) await reader();

  expect([...seen].filter((sum) => !known.has(sum))).toEqual([]);
  expect(seen.size).toBeGreaterThan(2);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  console.log(`${seen.size} versions seen: ${JSON.stringify(counts)}`);
}
