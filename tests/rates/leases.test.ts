import { Leases, type Take } from '../../server/rates/leases';

/** A store that many share, and a clock that is set by hand. */
function createWorld(max: number, windowMs = 60_000) {
  const world = { now: 1_000_000, asked: 0, used: 0, until: 0 };
  const take: Take = (_key, points) => {
    world.asked++;
    if (world.now >= world.until) Object.assign(world, { used: 0, until: world.now + windowMs });
    const granted = Math.max(0, Math.min(points, max - world.used));
    world.used += points;
    return Promise.resolve({ granted, left: Math.max(0, max - world.used), msLeft: world.until - world.now });
  };
  return { world, gateway: () => new Leases(take, max, windowMs, () => world.now) };
}

const spendAll = async (gateways: Leases[], tries: number): Promise<number> => {
  const waits = await Promise.all(
    Array.from({ length: tries }, (_, i) => gateways[i % gateways.length]!.spend('a')),
  );
  return waits.filter((wait) => wait === 0).length;
};

test.each([
  [1, 1],
  [7, 1],
  [100, 1],
  [100, 3],
  [1_000, 5],
])('of %i points, %i gateways spend all and no more', async (max, count) => {
  const { gateway } = createWorld(max);
  const gateways = Array.from({ length: count }, gateway);
  expect(await spendAll(gateways, max * 3)).toBe(max);
  expect(await gateways[0]?.spend('a')).toBe(60_000);
});

test('who asks one after the other, at gateways by turns, gets all but what lies unspent elsewhere', async () => {
  const { gateway } = createWorld(600);
  const gateways = [gateway(), gateway()];
  let spent = 0;
  while ((await gateways[0]!.spend('a')) === 0) spent++;
  while ((await gateways[1]!.spend('a')) === 0) spent++;
  expect(spent).toBe(600);
});

test('the store is asked once for twenty, and not at all for whoever has none left', async () => {
  const { world, gateway } = createWorld(6_000);
  const one = gateway();
  await spendAll([one], 1_000);
  // And once ahead.
  expect(world.asked).toBe(51);
  await spendAll([one], 6_000);
  const asked = world.asked;
  await spendAll([one], 1_000);
  expect(world.asked).toBe(asked);
});

test('who goes on waits for the store once, and not again while it answers before his points are spent', async () => {
  const answers: (() => void)[] = [];
  const take: Take = (_key, points) =>
    new Promise((resolve) => answers.push(() => resolve({ granted: points, left: 5_000, msLeft: 60_000 })));
  const leases = new Leases(take, 6_000, 60_000);
  const first = leases.spend('a');
  answers.shift()!();
  expect(await first).toBe(0);
  let askedFor = 0;
  for (let spent = 1; spent < 500; spent++) {
    // Would not end if it waited for the store.
    expect(await leases.spend('a')).toBe(0);
    askedFor = answers.length > 0 ? askedFor + 1 : 0;
    if (askedFor === 8) answers.shift()!();
  }
});

test('what was taken ahead in a window is no more than there is of the next', async () => {
  const { world, gateway } = createWorld(400);
  const one = gateway();
  expect(await spendAll([one], 15)).toBe(15);
  world.now += 60_000;
  expect(await spendAll([one], 1_000)).toBe(400);
});

test('begins anew when the window is over, and what lay here is not spent then', async () => {
  const { world, gateway } = createWorld(100);
  const one = gateway();
  expect(await spendAll([one], 95)).toBe(95);
  world.now += 60_000;
  expect(await spendAll([one], 300)).toBe(100);
  world.now += 59_999;
  expect(await one.spend('a')).toBe(1);
  world.now += 1;
  expect(await one.spend('a')).toBe(0);
});

test('what fails is told to who asked, and the next asks again', async () => {
  let fails = true;
  const take: Take = () =>
    fails ? Promise.reject(new Error('lost')) : Promise.resolve({ granted: 1, left: 9, msLeft: 9 });
  const leases = new Leases(take, 10, 60_000);
  await expect(leases.spend('a')).rejects.toThrow('lost');
  fails = false;
  expect(await leases.spend('a')).toBe(0);
});
