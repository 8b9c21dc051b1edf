import { createShares } from '../../server/storage/shares';

const options = { atOnce: 1, waitingMax: 1, waitMs: 50, busy: 'Too many of yours.' };
const STAY = new AbortController().signal;

test('one caller waits for himself, and nobody for another', async () => {
  const shares = createShares({ ...options, waitMs: 60_000 });
  const leave = await shares.take('alice', STAY);
  let isSecond = false;
  const second = shares.take('alice', STAY).then((leaveSecond) => {
    isSecond = true;
    return leaveSecond;
  });
  (await shares.take('bob', STAY))();
  expect(isSecond).toBe(false);
  leave();
  (await second)();
  expect(isSecond).toBe(true);
  (await shares.take('alice', STAY))();
});

test('who waits too long, or behind too many, is told to come again', async () => {
  const shares = createShares(options);
  const leave = await shares.take('alice', STAY);
  const waiting = shares.take('alice', STAY);
  await expect(shares.take('alice', STAY)).rejects.toMatchObject({ code: 'SlowDown', message: options.busy });
  await expect(waiting).rejects.toMatchObject({ code: 'SlowDown' });
  leave();
  (await shares.take('alice', STAY))();
});

test('who leaves while he waits gives nobody’s place on', async () => {
  const shares = createShares({ ...options, waitMs: 60_000 });
  const leave = await shares.take('alice', STAY);
  const gone = new AbortController();
  const waiting = shares.take('alice', gone.signal);
  gone.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  leave();
  leave();
  const again = await shares.take('alice', STAY);
  await expect(createShares(options).take('alice', STAY)).resolves.toBeInstanceOf(Function);
  again();
});
