import { alice, bob, service } from '../helpers/actors';
import { codesOf, FACTS, hasTold, idsOf, isReady } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
const handOver = (id: string) =>
  scene.database.query(service, 'update projects set user_id = $2 where id = $1', [id, bob.id]);

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene?.close());

const textOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString('latin1');
const cursorOf = (text: string) => Buffer.from(text, 'latin1').toString('base64url');

/** Alice's project with a change of hers, then Bob's; and his cursor behind all of it. */
async function handedOver() {
  const project = await scene.make.project(alice);
  const owner = await (await scene.connect(alice)).begin(FACTS, { p: project }).until(isReady);
  const hers = await scene.make.generation(alice, project);
  await owner.until(hasTold(hers));
  await handOver(project);
  const socket = await scene.connect(bob);
  const stream = await socket.begin(FACTS, { p: project }).until(isReady);
  return { project, hers, socket, cursor: stream.items[0]!.cursor };
}

/** Cursors that Bob makes of his own, to be told what was before the project was his. */
const FORGERIES: Record<string, (text: string, project: string) => Promise<string> | string> = {
  'a place in a batch of long ago': (text) => {
    const [seal, since] = text.split('.');
    return [seal, since, '1', '0', '0'].join('.');
  },
  'all transactions but the one that handed it over were still running': async (text, project) => {
    const [seal, since] = text.split('.');
    const rows = await scene.database.asOwner<{ xid: string }>(
      `select distinct c.xid::text::bigint as xid from realtime.changes c where project_id = $1
       and xid not in (select d.xid from realtime.changes d where log_table = 'PROJECTS') order by 1`,
      [project],
    );
    const next = BigInt(Number.parseInt(since!.split('-')[0]!, 36));
    return [
      seal,
      [next, ...rows.map(({ xid }) => next - BigInt(xid))].map((n) => n.toString(36)).join('-'),
    ].join('.');
  },
  'another seal': (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1),
};

test.each(Object.entries(FORGERIES))('a cursor made up to say “%s” tells nothing', async (_what, forge) => {
  const { project, hers, socket, cursor } = await handedOver();
  const after = cursorOf(await forge(textOf(cursor), project));
  const stream = await socket.begin(FACTS, { p: project, after }).until(isReady);
  const his = await scene.make.generation(bob, project);
  await stream.until(hasTold(his));
  expect(idsOf(stream)).not.toContain(hers);
  expect(stream.items.slice(0, 2).map(({ kind }) => kind)).toEqual(['RESYNC', 'READY']);
  // The true one is taken.
  const resumed = await socket.begin(FACTS, { p: project, after: cursor }).until(isReady);
  expect(resumed.items.map(({ kind }) => kind)).not.toContain('RESYNC');
  expect(idsOf(resumed)).toContain(his);
});

test('a cursor shows no client what it is sealed with', async () => {
  const { cursor } = await handedOver();
  const [state] = await scene.database.asOwner<{ epoch: string }>('select epoch from realtime.state');
  expect(textOf(cursor)).not.toContain(state!.epoch.slice(0, 8));
});

test.each(['', 'x', 'é', '{}', 'a'.repeat(30_000), cursorOf('0.0'), cursorOf(`${'A'.repeat(22)}.1-2`)])(
  'what is no cursor is called so (%#)',
  async (after) => {
    const project = await scene.make.project(alice);
    const stream = await (
      await scene.connect(alice)
    )
      .begin(FACTS, { p: project, after })
      .until(({ isOver }) => isOver);
    expect(codesOf(stream)).toEqual(['INVALID_INPUT']);
  },
);

test('rights that ended where the log has a gap have ended', async () => {
  const [gone, kept] = [await scene.make.project(alice), await scene.make.project(alice)];
  const socket = await scene.connect(alice);
  const [first, second] = await Promise.all(
    [gone, kept].map((p) => socket.begin(FACTS, { p }).until(isReady)),
  );
  // As after a server was restored from a backup: another history, without the entry that would tell.
  const owner = await scene.database.asOwner<{ n: string }>(
    `with handed as (update projects set user_id = '${bob.id}' where id = '${gone}' returning id),
       begun as (update realtime.state set epoch = gen_random_uuid() returning epoch)
     select count(*) as n from handed, begun`,
  );
  expect(owner).toEqual([{ n: '1' }]);
  await second!.until(({ items }) => items.some(({ kind }) => kind === 'RESYNC'));
  await first!.until(({ isOver }) => isOver);
  const his = await scene.make.generation(bob, gone);
  const hers = await scene.make.generation(alice, kept);
  await second!.until(hasTold(hers));
  await socket.settle();
  expect(socket.frames.join()).not.toContain(his);
  expect(first!.items.map(({ kind }) => kind)).toEqual(['READY']);
});
