import { S3_BUCKET, S3_KEYS, startS3, type S3Server } from '../helpers/s3';
import { describeClient } from './clientSuite';
import { openClientWorld, type ClientWorld } from './clientWorld';

let store: S3Server;
let world: ClientWorld;

beforeAll(async () => {
  store = await startS3();
  world = await openClientWorld({
    ...{ STORAGE_BACKEND: 's3', S3_ENDPOINT: store.endpoint, S3_REGION: 'us-east-1', S3_BUCKET },
    ...{ S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey },
    S3_FORCE_PATH_STYLE: 'true',
  });
});
afterAll(async () => {
  await world.end();
  await store.close();
});

describeClient(() => world);

test('its bytes were in the S3 store', () => {
  expect(store.seen.filter((call) => call.startsWith('PUT')).length).toBeGreaterThan(100);
});
