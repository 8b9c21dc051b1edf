import { createHash, randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

/** Bytes that went one way, and what they were. */
export interface Transferred {
  seconds: number;
  sum: string;
}

/** Where, as whom. */
export interface Target {
  url: string;
  authorization: string;
}

const LOOK_EVERY_MS = 50;
const BLOCK = randomBytes(1_048_576);

/** So many bytes, no two blocks of which are the same. */
export function* makeBytes(count: number): Generator<Buffer> {
  for (let at = 0; at < count; at += BLOCK.length) {
    const block = Buffer.from(BLOCK.subarray(0, Math.min(BLOCK.length, count - at)));
    if (block.length >= 8) block.writeDoubleBE(at);
    yield block;
  }
}

/** @param isSummed without, the client costs less than whoever it measures, and `sum` is that of nothing */
export async function send(
  { url, authorization }: Target,
  count: number,
  isSummed = true,
): Promise<Transferred> {
  const begun = performance.now();
  const sum = createHash('sha256');
  const sent = request(url, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/octet-stream', 'content-length': count },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  const blocks = function* () {
    for (const block of makeBytes(count)) {
      if (isSummed) sum.update(block);
      yield block;
    }
  };
  const [answer] = await Promise.all([answered, pipeline(Readable.from(blocks()), sent)]);
  await expectStatus(answer, 200);
  return { seconds: (performance.now() - begun) / 1000, sum: sum.digest('hex') };
}

export async function receive({ url, authorization }: Target, isSummed = true): Promise<Transferred> {
  const begun = performance.now();
  const sum = createHash('sha256');
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers: { authorization } }).once('response', resolve).once('error', reject).end();
  });
  if (answer.statusCode !== 200) await expectStatus(answer, 200);
  answer.on('data', (chunk: Buffer) => isSummed && sum.update(chunk));
  await new Promise((resolve, reject) => answer.once('end', resolve).once('error', reject));
  return { seconds: (performance.now() - begun) / 1000, sum: sum.digest('hex') };
}

async function expectStatus(answer: IncomingMessage, status: number): Promise<void> {
  const told: Buffer[] = [];
  for await (const chunk of answer) told.push(chunk as Buffer);
  if (answer.statusCode !== status)
    throw new Error(`answered ${answer.statusCode} ${Buffer.concat(told).toString()}`);
}

export interface MemoryWatch {
  /** By how much the process had grown at its largest, in bytes. */
  stop(): Promise<number>;
}

/** Follows the memory of the gateway, as it tells it. */
export async function watchMemory(origin: string): Promise<MemoryWatch> {
  const look = async () => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  };
  const before = await look();
  let most = before;
  let isOver = false;
  const following = (async () => {
    while (!isOver) {
      most = Math.max(most, await look());
      // Looking is work of the same process.
      await setTimeout(LOOK_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await following;
      return most - before;
    },
  };
}
