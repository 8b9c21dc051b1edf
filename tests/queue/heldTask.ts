import { alice, bob, gpu1, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { makeStudio, queueOf } from './studio';

export const holder = gpu1 as Extract<Actor, { kind: 'worker' }>;

/** A project of Alice with a task that is paid, one that gpu-1 holds, and one that waits. Bob has an account, gpu-2 nothing. */
export async function makeHeldTask(database: TestDatabase) {
  const queue = queueOf(database);
  await queue.type('image');
  const project = await makeStudio(database, alice);
  await makeStudio(database, bob);
  await builders(database).worker('gpu-2');
  const requests = [1, 2, 3].map((n) => ({ task_type: 'image', params: { n } }));
  const [paid, held, open] = (await queue.enqueue(alice, project, requests)).map(({ id }) => id);
  await queue.claim(holder);
  await queue.complete(holder, paid!, 1);
  expect(await queue.claim(holder)).toMatchObject({ id: held });
  return { project, paid: paid!, held: held!, open: open! };
}
