import { createReadiness, type Finding } from '../../server/ops/readiness';

const settings = { isStarting: () => false, isDraining: () => false };
const ready = { failing: [], degraded: [] };

test('however many ask at once, and soon after, the parts are looked at once', async () => {
  let looks = 0;
  let finish: (() => void) | undefined;
  const look = async (): Promise<Finding | undefined> => {
    looks++;
    await new Promise<void>((resolve) => (finish = resolve));
    return undefined;
  };
  const readiness = createReadiness({
    ...settings,
    keepMs: 60_000,
    checks: () => [{ late: { part: 'database' }, look }],
  });
  const asked = Array.from({ length: 100 }, () => readiness());
  finish?.();
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, () => ready));
  expect(await readiness()).toEqual(ready);
  expect(looks).toBe(1);
});

test('what was found is not kept', async () => {
  let found: Finding | undefined = { part: 'pool', serves: true };
  const readiness = createReadiness({
    ...settings,
    keepMs: -1,
    checks: () => [{ late: { part: 'database' }, look: async () => found }],
  });
  expect(await readiness()).toEqual({ failing: [], degraded: ['pool'] });
  found = undefined;
  expect(await readiness()).toEqual(ready);
});

test('a part that does not answer, or throws, is named, and the others are not held up', async () => {
  const readiness = createReadiness({
    ...settings,
    timeoutMs: 20,
    checks: () => [
      { late: { part: 'database' }, look: () => new Promise(() => undefined) },
      { late: { part: 'disk', serves: true }, look: () => Promise.reject(new Error('EROFS')) },
      { late: { part: 'keys' }, look: async () => undefined },
      { late: { part: 'listener' }, look: async () => ({ part: 'listener', serves: true }) },
    ],
  });
  expect(await readiness()).toEqual({ failing: ['database'], degraded: ['disk', 'listener'] });
});

test.each([
  ['starting', { isStarting: () => true }],
  ['shutdown', { isDraining: () => true }],
])('while it is %s, nothing else is looked at', async (part, state) => {
  const checks = () => {
    throw new Error('looked');
  };
  const readiness = createReadiness({ ...settings, ...state, checks });
  expect(await readiness()).toEqual({ failing: [part], degraded: [] });
});
