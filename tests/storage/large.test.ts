import { receive, send, watchMemory, type Target } from '../../bench/storage/transfer';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase } from '../helpers/database';
import { atTheEnd, emptyFolder, serve } from '../helpers/process';

// The same with a gigabyte, by hand: npm run bench -- --only files

const BYTES = 50_000_000;
const GROWTH_MAX = 64_000_000;

test('50 MB go in and out of the gateway whole, and its memory does not grow with them', async () => {
  const database = await createTestDatabase();
  atTheEnd(() => database.drop());
  await builders(database).account(alice);
  const gateway = await serve({
    ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, STORAGE_DIR: await emptyFolder() },
    ...{ MAINTENANCE_INTERVAL_MS: '0', LOG_LEVEL: 'warn' },
  });
  const target: Target = {
    url: `${gateway.url}/storage/v1/object/lora_files/${alice.id}/large.bin`,
    authorization: (await authorizationOf(alice))!,
  };
  // What the first requests of a process take, they take once.
  await send(target, 1_000_000);
  await receive(target);
  const memory = await watchMemory(gateway.url);
  const sent = await send(target, BYTES);
  const received = await receive(target);
  const grown = await memory.stop();
  expect(received.sum).toBe(sent.sum);
  console.log(`memory grew by ${Math.round(grown / 1e6)} MB`);
  expect(grown).toBeLessThan(GROWTH_MAX);
});
