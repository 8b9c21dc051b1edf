import { createHash } from 'node:crypto';
import { makeBytes, receive, watchMemory } from '../../bench/storage/transfer';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase } from '../helpers/database';
import { atTheEnd, serve } from '../helpers/process';
import { S3_BUCKET, S3_KEYS, startS3 } from '../helpers/s3';
import { append, begin } from '../helpers/tus';

// The same with a gigabyte, by hand: LARGE_BYTES=1000000000 npx jest tests/storage/largeResumable

const BYTES = Number(process.env.LARGE_BYTES ?? 20_000_000);
const GROWTH_MAX = 128_000_000;
const MIB = 1_048_576;
/** A second for each MB and a minute to start: more than any machine needs that is not stuck. */
const PATIENCE_MS = 60_000 + BYTES / 1_000;

test(
  'a large file goes over S3 in pieces and out again whole, and memory does not grow with it',
  async () => {
    const database = await createTestDatabase();
    const s3 = await startS3();
    atTheEnd(async () => {
      await database.drop();
      await s3.close();
    });
    await builders(database).account(alice);
    const gateway = await serve({
      ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET },
      ...{ MAINTENANCE_INTERVAL_MS: '0', LOG_LEVEL: 'warn' },
      ...{ STORAGE_BACKEND: 's3', S3_ENDPOINT: s3.endpoint, S3_BUCKET, S3_FORCE_PATH_STYLE: 'true' },
      ...{ S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey },
    });
    const authorization = (await authorizationOf(alice))!;
    const addressOf = (name: string) => `${gateway.url}/storage/v1/object/lora_files/${alice.id}/${name}`;
    /** Pieces of 9 MiB: each leaves a rest behind that is too small for a part, and goes into the next one. */
    const send = async (name: string, count: number) => {
      const sum = createHash('sha256');
      const said = { bucketName: 'lora_files', objectName: `${alice.id}/${name}` };
      const address = await begin(gateway.url, alice, said, count);
      let offset = 0;
      for (const piece of inPieces(makeBytes(count), 9 * MIB)) {
        sum.update(piece);
        const answer = await append(address, alice, offset, piece);
        offset += piece.length;
        expect([answer.status, answer.headers.get('upload-offset')]).toEqual([204, String(offset)]);
      }
      return sum.digest('hex');
    };
    // What the first requests of a process take, they take once.
    await send('small.bin', 10 * MIB);
    await receive({ url: addressOf('small.bin'), authorization });
    const memory = await watchMemory(gateway.url);
    let grown: number;
    try {
      const begun = performance.now();
      const sent = await send('large.bin', BYTES);
      const seconds = (performance.now() - begun) / 1000;
      const received = await receive({ url: addressOf('large.bin'), authorization });
      expect(received.sum).toBe(sent);
      console.log(
        `${BYTES / 1e6} MB: up in ${seconds.toFixed(1)} s, down in ${received.seconds.toFixed(1)} s`,
      );
    } finally {
      grown = await memory.stop();
    }
    console.log(`memory grew by ${Math.round(grown / 1e6)} MB`);
    expect(grown).toBeLessThan(GROWTH_MAX);
  },
  PATIENCE_MS,
);

function* inPieces(blocks: Iterable<Buffer>, size: number): Generator<Buffer> {
  let piece: Buffer[] = [];
  let length = 0;
  for (const block of blocks) {
    piece.push(block);
    length += block.length;
    if (length < size) continue;
    yield Buffer.concat(piece);
    [piece, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(piece);
}
