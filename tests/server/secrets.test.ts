import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedSecrets } from '../../server/postgres/embedded/secrets';

test('twenty that draw the secrets of a new data directory at once keep the same ones', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reigh-secrets-'));
  try {
    const drawn = await Promise.all(Array.from({ length: 20 }, () => embeddedSecrets(dataDir)));
    expect(new Set(drawn.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
    expect(await embeddedSecrets(dataDir)).toEqual(drawn[0]);
    expect(await readdir(dataDir)).toEqual(['secrets.json']);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
