/**
 * The clients of delivery.ts, in a process of their own: opens sockets that each follow one project, says when all
 * are READY, and reports how long each message of the measured ones took. Talks with its parent by IPC.
 */
import { signToken } from '../../server/auth/token';
import { nowUs } from './clock';
import { openSocket } from './socket';

export interface Plan {
  url: string;
  secret: string;
  /** One socket each. */
  subscriptions: { userId: string; projectId: string }[];
  document: string;
}

/** What is measured from now on. */
export interface Expected {
  /** So many get each message. */
  expect: number;
  /** Between the numbers of two messages to one of them. */
  step: number;
}

/** `atUs`: by nowUs(). */
export type Report =
  { kind: 'ready'; tookMs: number } | { kind: 'received'; sequence: number; atUs: number[] };

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
const MESSAGE = /^\{"id":"1","type":"next",.*"operation":"UPDATE".*"thumbnailUrl":"(\d+)"/;
const arrivals = new Map<number, number[]>();
let expected: Expected = { expect: 0, step: 0 };

/** Each gets each message of his once, in order, and nothing else. @returns its number */
function receive(text: string, last: number | undefined): number {
  const at = nowUs();
  const sequence = Number(MESSAGE.exec(text)?.[1]);
  if (Number.isNaN(sequence) || (last !== undefined && sequence !== last + expected.step))
    throw new Error(`not what comes next after ${last ?? 'nothing'}: ${text}`);
  const times = arrivals.get(sequence) ?? [];
  arrivals.set(sequence, times);
  times.push(at);
  if (times.length === expected.expect) {
    arrivals.delete(sequence);
    process.send!({ kind: 'received', sequence, atUs: times } satisfies Report);
  }
  return sequence;
}

async function follow({ url, secret, document }: Plan, { userId, projectId }: Plan['subscriptions'][number]) {
  const authorization = `Bearer ${await tokenOf(userId, secret)}`;
  await new Promise<void>((resolve, reject) => {
    let last: number | undefined;
    let isReady = false;
    const opened = openSocket(new URL(url), 'graphql-transport-ws', {
      text: (text) => {
        if (isReady) last = receive(text, last);
        else if (text.startsWith('{"type":"connection_ack"')) void opened.then(({ send }) => send(subscribe));
        else if (text.includes('"READY"')) {
          isReady = true;
          resolve();
        } else reject(new Error(text));
      },
      ended: (reason) => {
        if (isReady) throw new Error(reason);
        reject(new Error(reason));
      },
    });
    const subscribe = JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: { query: document, variables: { projectId } },
    });
    opened.then(
      ({ send }) => send(JSON.stringify({ type: 'connection_init', payload: { authorization } })),
      reject,
    );
  });
}

process.on('message', (message: Plan | Expected) => {
  if ('expect' in message) {
    expected = message;
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
