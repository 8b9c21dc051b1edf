/**
 * The clients of delivery.ts, in a process of their own: opens sockets that each follow one project, says when all
 * are READY, and reports how long each message of the measured ones took. Talks with its parent by IPC.
 */
import WebSocket from 'ws';
import { signToken } from '../../server/auth/token';

export interface Plan {
  url: string;
  secret: string;
  /** One socket each. */
  subscriptions: { userId: string; projectId: string }[];
  document: string;
}

export type Report =
  { kind: 'ready'; tookMs: number } | { kind: 'received'; sequence: number; atNs: string[] };

const tokens = new Map<string, string>();

async function tokenOf(userId: string, secret: string): Promise<string> {
  const known = tokens.get(userId);
  if (known) return known;
  const settings = { audience: 'authenticated', issuer: undefined, secret };
  const token = await signToken({ role: 'authenticated', sub: userId, expires: '1h' }, settings);
  tokens.set(userId, token);
  return token;
}

const CONNECTING_AT_ONCE = 50;
const arrivals = new Map<number, string[]>();
let expected = 0;

function receive(text: string): void {
  const at = process.hrtime.bigint().toString();
  const match = /"thumbnailUrl":"(\d+)"/.exec(text);
  if (!match) return;
  const sequence = Number(match[1]);
  const times = arrivals.get(sequence) ?? [];
  arrivals.set(sequence, times);
  times.push(at);
  if (times.length === expected) {
    arrivals.delete(sequence);
    process.send!({ kind: 'received', sequence, atNs: times } satisfies Report);
  }
}

async function follow({ url, secret, document }: Plan, { userId, projectId }: Plan['subscriptions'][number]) {
  const authorization = `Bearer ${await tokenOf(userId, secret)}`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason.toString()}`)));
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })),
    );
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (text.startsWith('{"type":"connection_ack"')) {
        socket.send(
          JSON.stringify({
            id: '1',
            type: 'subscribe',
            payload: { query: document, variables: { projectId } },
          }),
        );
      } else if (text.includes('"READY"')) resolve();
      else receive(text);
    });
  });
}

process.on('message', (message: Plan | { expect: number }) => {
  if ('expect' in message) {
    expected = message.expect;
    return;
  }
  void (async () => {
    const begun = performance.now();
    const left = [...message.subscriptions];
    const connect = async () => {
      for (let next = left.pop(); next; next = left.pop()) await follow(message, next);
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connect));
    process.send!({ kind: 'ready', tookMs: performance.now() - begun } satisfies Report);
  })();
});
process.on('disconnect', () => process.exit(0));
