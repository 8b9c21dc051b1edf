import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import type { Logger } from '../log';

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/**
 * Where a request comes from, as its sender is counted: an IPv4 address, or the first half of an IPv6 address, which
 * is what a customer of a network is given, who has 2^64 addresses in it.
 *
 * Each proxy adds to X-Forwarded-For whom it was asked by. So the last entries are by our own proxies, and what
 * stands before them is whatever the sender liked to write.
 * @param trustedProxies how many of ours are in front
 */
export function clientAddressOf(request: Asked, trustedProxies: number): string {
  const forwarded = trustedProxies > 0 ? entriesOf(request.headers['x-forwarded-for']) : [];
  const chain = [...forwarded, request.socket.remoteAddress ?? ''];
  const from = Math.max(0, chain.length - 1 - trustedProxies);
  // An entry that is no address was not written by a proxy of ours: whoever wrote the next one stands for it.
  for (const entry of chain.slice(from)) {
    const address = addressIn(entry);
    if (address !== undefined) return networkOf(address);
  }
  return 'unknown';
}

/**
 * Makes the function that says where requests come from. It warns once when a proxy seems to be in front that nobody
 * told of: then all who come through it are counted as one.
 */
export function createAddressReader(
  trustedProxies: number,
  log: Pick<Logger, 'warn'>,
): (request: Asked) => string {
  let isSilent = trustedProxies > 0;
  return (request) => {
    if (!isSilent && request.headers['x-forwarded-for'] !== undefined) {
      isSilent = true;
      log.warn('X-Forwarded-For comes, and TRUSTED_PROXIES is 0: callers of a proxy share one limit');
    }
    return clientAddressOf(request, trustedProxies);
  };
}

function entriesOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** Without the port that some proxies write, and without the zone of a link-local address. */
function addressIn(entry: string): string | undefined {
  const bare = /^\[(.+)\](:\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
  const address = bare.split('%')[0] ?? '';
  return isIP(address) === 0 ? undefined : address;
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

function groupsOf(address: string): number[] {
  // An IPv4 address at the end is two groups.
  const whole = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = whole.split('::');
  const parse = (part: string | undefined) =>
    part ? part.split(':').map((group) => parseInt(group, 16)) : [];
  const [first, last] = [parse(head), parse(tail)];
  const missing = Math.max(0, 8 - first.length - last.length);
  return [...first, ...Array.from({ length: missing }, () => 0), ...last];
}
