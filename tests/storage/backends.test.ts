import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFileBackend } from '../../server/storage/backends/file';
import { createS3Backend } from '../../server/storage/backends/s3';
import { emptyFolder } from '../helpers/process';
import { S3_BUCKET, S3_KEYS, startS3, type S3Server } from '../helpers/s3';
import { keepsBytes, type Place } from './backendContract';
import { growsUploads } from './uploadContract';

const MB = 1024 * 1024;
const PREFIX = 'a gateway’s/';

describe('a backend of files', () => {
  let place: Place;
  beforeAll(async () => {
    const root = path.join(await emptyFolder(), 'bytes');
    const backend = createFileBackend({ root });
    await backend.check();
    backend.resumable();
    const lay = async (keys: string[], text: string) => {
      for (const key of keys) {
        await mkdir(path.join(root, key.slice(0, 2)), { recursive: true });
        await writeFile(path.join(root, key.slice(0, 2), key), text);
      }
    };
    place = { backend, lay, heldBytes: 16 * MB, lying: () => filesBelow(root) };
  });
  afterAll(() => place.backend.close());
  keepsBytes(() => place);
  growsUploads(() => place);
});

describe('a backend of S3', () => {
  let server: S3Server;
  let place: Place;
  beforeAll(async () => {
    server = await startS3();
    const backend = createS3Backend({
      ...{ ...S3_KEYS, endpoint: server.endpoint, region: 'us-east-1', bucket: S3_BUCKET },
      ...{ prefix: PREFIX, forcePathStyle: true },
    });
    const lay = (keys: string[], text: string) =>
      server.lay(
        keys.map((key) => PREFIX + key),
        text,
      );
    place = {
      backend,
      lay,
      heldBytes: 60 * MB,
      lying: server.lying,
    };
  });
  afterAll(async () => {
    await place.backend.close();
    await server.close();
  });
  keepsBytes(() => place);
  growsUploads(() => place);
});

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
