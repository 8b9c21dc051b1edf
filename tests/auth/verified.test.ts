import { rememberClaims } from '../../server/auth/verified';

const claims = (exp?: number) => ({ role: 'authenticated', sub: 'a', ...(exp ? { exp } : {}) }) as const;

test('what a token says is known for a while, and not longer than it lives', () => {
  let now = 1_000_000;
  const verified = rememberClaims(() => now);
  verified.keep('long', claims(2_000));
  verified.keep('short', claims(1_005));
  expect([verified.get('long'), verified.get('short'), verified.get('other')]).toEqual([
    claims(2_000),
    claims(1_005),
    undefined,
  ]);
  now += 5_000;
  expect([verified.get('long'), verified.get('short')]).toEqual([claims(2_000), undefined]);
  now += 15_000;
  expect(verified.get('long')).toBeUndefined();
});

test('a token within the skew after its end is checked each time', () => {
  const verified = rememberClaims(() => 1_000_000);
  verified.keep('ended', claims(999));
  verified.keep('endless', claims());
  expect([verified.get('ended'), verified.get('endless')]).toEqual([undefined, undefined]);
});
