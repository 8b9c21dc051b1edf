/** Chance that can be repeated. */
export interface Chance {
  /** From 0 to below `below`, whole. */
  number(below: number): number;
  /** True so often of a hundred times. */
  percent(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** mulberry32: small, and good enough to hit what nobody thought of. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number) => Math.floor(next() * below);
  return {
    number,
    percent: (share) => next() * 100 < share,
    pick: (from) => from[number(from.length)]!,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => number(256))),
  };
}

/** Texts that have broken something somewhere. */
export const HOSTILE = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\u202e',
    '💥',
    'é\u0301',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '`',
    '--',
    '/*',
    '$1',
  ],
  ...[
    "'; drop table users; --",
    '{',
    '}',
    '[',
    ']',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '-0',
    '1e400',
    '0x1',
  ],
  ...[
    '../../etc/passwd',
    '<script>',
    'a'.repeat(3_000),
    '\r\n\r\n',
    '__proto__',
    'constructor',
    '${1}',
    '{{1}}',
  ],
  ...['infinity', '-infinity', '2026-02-30', '99999-01-01T00:00:00Z', '00000000-0000-0000-0000-000000000000'],
];

/** Changes bytes here and there: flips, cuts, doubles, and puts others in between. */
export function mutate(chance: Chance, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let times = 1 + chance.number(4); times > 0; times--) {
    const at = chance.number(result.length + 1);
    const length = chance.number(20);
    const rest = result.subarray(at);
    const change = chance.number(5);
    if (change === 0 && at < result.length) result[at] = chance.number(256);
    else if (change === 1) result = Buffer.concat([result.subarray(0, at), rest.subarray(length)]);
    else if (change === 2) result = Buffer.concat([result.subarray(0, at), rest.subarray(0, length), rest]);
    else if (change === 3) result = Buffer.concat([result.subarray(0, at), chance.bytes(length), rest]);
    else result = Buffer.concat([result.subarray(0, at), Buffer.from(chance.pick(HOSTILE)), rest]);
  }
  return result;
}
