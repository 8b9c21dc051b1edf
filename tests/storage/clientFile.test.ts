import { emptyFolder } from '../helpers/process';
import { describeClient } from './clientSuite';
import { openClientWorld, type ClientWorld } from './clientWorld';

let world: ClientWorld;

beforeAll(async () => {
  world = await openClientWorld({ STORAGE_BACKEND: 'file', STORAGE_DIR: await emptyFolder() });
});
afterAll(() => world.end());

describeClient(() => world);
