import { clientAddressOf, createAddressReader } from '../../server/auth/clientAddress';
import { isOriginAllowed } from '../../server/auth/origins';

const from = (remoteAddress: string | undefined, forwarded?: string, proxies = 0) =>
  clientAddressOf(
    {
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress } as never,
    },
    proxies,
  );

describe('where a request comes from', () => {
  const cases: [string, string, [string | undefined, string?, number?]][] = [
    ['the other end of the connection', '10.0.0.1', ['10.0.0.1']],
    ['that, whatever it forwards, without a proxy of ours', '10.0.0.1', ['10.0.0.1', '1.2.3.4']],
    ['whom our proxy was asked by', '1.2.3.4', ['10.0.0.1', '1.2.3.4', 1]],
    ['not what he wrote himself', '1.2.3.4', ['10.0.0.1', '6.6.6.6, 1.2.3.4', 1]],
    ['behind two proxies', '1.2.3.4', ['10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 2]],
    ['the first of fewer than we trust', '10.0.0.2', ['10.0.0.1', '10.0.0.2', 5]],
    ['the proxy, when that says nothing', '10.0.0.1', ['10.0.0.1', undefined, 1]],
    ['the next one, where an entry is no address', '10.0.0.1', ['10.0.0.1', 'unknown', 1]],
    ['an address with a port', '1.2.3.4', ['10.0.0.1', '1.2.3.4:5678', 1]],
    ['half of an IPv6 address', '2001:db8:1:2::/64', ['2001:db8:1:2:3:4:5:6']],
    ['the same half, written shortly', '2001:db8:0:0::/64', ['2001:db8::1']],
    ['an IPv6 address with a port', '2001:db8:1:2::/64', ['::1', '[2001:db8:1:2::7]:443', 1]],
    ['IPv6 without its zone', 'fe80:0:0:0::/64', ['fe80::1%eth0']],
    ['IPv4 as IPv6', '1.2.3.4', ['::ffff:1.2.3.4']],
    ['IPv4 as IPv6 in hexadecimal', '1.2.3.4', ['::ffff:102:304']],
    ['nobody knows', 'unknown', [undefined]],
  ];
  test.each(cases)('%s: %s', (_what, address, given) => {
    expect(from(...given)).toBe(address);
  });
});

describe('a proxy that nobody told of', () => {
  const asked = (forwarded?: string) => ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '10.0.0.1' } as never,
  });
  const readAll = (proxies: number, ...forwarded: (string | undefined)[]) => {
    const told: string[] = [];
    const read = createAddressReader(proxies, { warn: (words: string) => void told.push(words) } as never);
    return { addresses: forwarded.map((one) => read(asked(one))), told };
  };

  test('is warned of once, and not believed', () => {
    expect(readAll(0, undefined, '1.2.3.4', '1.2.3.5')).toEqual({
      addresses: ['10.0.0.1', '10.0.0.1', '10.0.0.1'],
      told: [expect.stringMatching(/^X-Forwarded-For comes, and TRUSTED_PROXIES is 0:/)],
    });
  });

  test('is none when no request was forwarded, nor when it was told of', () => {
    expect(readAll(0, undefined, undefined).told).toEqual([]);
    expect(readAll(1, '1.2.3.4', undefined)).toEqual({ addresses: ['1.2.3.4', '10.0.0.1'], told: [] });
  });
});

describe('pages that may open a socket', () => {
  const CORS = ['https://studio.example'];
  const cases: [boolean, string, Record<string, string>, string[]][] = [
    [true, 'no page at all', { host: 'gateway.example' }, []],
    [true, 'one of ours', { host: 'gateway.example', origin: 'https://gateway.example' }, []],
    [
      true,
      'one of ours behind TLS',
      { host: 'Gateway.example:8080', origin: 'https://gateway.example:8080' },
      [],
    ],
    [true, 'one that is named', { host: 'gateway.example', origin: 'https://studio.example' }, CORS],
    [true, 'any', { host: 'gateway.example', origin: 'https://any.example' }, ['*']],
    [false, 'one that is not named', { host: 'gateway.example', origin: 'https://any.example' }, CORS],
    [
      false,
      'one with our name at another port',
      { host: 'gateway.example', origin: 'https://gateway.example:1' },
      CORS,
    ],
    [false, 'one within a frame', { host: 'gateway.example', origin: 'null' }, CORS],
    [false, 'nonsense', { host: 'gateway.example', origin: 'gateway.example' }, CORS],
  ];
  test.each(cases)('%s: %s', (answer, _what, headers, origins) => {
    expect(isOriginAllowed({ headers }, origins)).toBe(answer);
  });
});
