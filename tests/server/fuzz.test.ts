import { signToken } from '../../server/auth/token';
import { alice, claimsFor, gpu1, TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { createChance } from '../helpers/fuzz/chance';
import { createDocuments } from '../helpers/fuzz/documents';
import { converse, makePacket, makeSession } from '../helpers/fuzz/packets';
import { holdingsOf, READY, readinessOf } from '../helpers/load';
import { atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { buildWorld } from '../helpers/world';
import { ERROR_CODES } from '../../server/errors';

// Noise, frames and documents that nobody thought of. Whatever comes, the gateway lives, answers by its codes and
// tells nothing of its inside. `FUZZ=1000000` by hand: so many in all (about ten minutes), though never fewer bytes than
// below; `FUZZ_SEED` repeats a run.

const TOTAL = Number(process.env.FUZZ ?? 8_000);
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 1e9));
/** Of a hundred: documents over HTTP, frames on sockets; the rest are bytes. */
const SHARES = { documents: 2, frames: 10 };
const AT_ONCE = 8;
const FRAMES_AT_ONCE = 20;
const HOUR = 3_600_000;

/** What only the inside knows: SQL, schemas, files, stacks, drivers. */
const INSIDE =
  /app_private|pg_catalog|pg_temp|node_modules|\.ts:\d|\bat \S+ \(|syntax error at or near|relation "|violates|__local_|to_json\(|json_build|\bSELECT\b.+\bFROM\b/;

let database: TestDatabase;
let gateway: GatewayProcess;
let tokens: string[];
let ids: string[];
const health: number[] = [];
let watching = true;
let watched: Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ids = Object.values(await buildWorld(database, alice));
  tokens = await Promise.all(
    [alice, gpu1].map((actor) => {
      const { role, sub, worker_id } = claimsFor(actor);
      const settings = { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET };
      return signToken({ role, sub, worker_id, expires: '3h' }, settings);
    }),
  );
  gateway = await serve({
    ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, LOG_LEVEL: 'warn' },
    // What is refused for its number alone would not be looked at.
    ...{ RATE_ANON_MAX: '0', RATE_USER_MAX: '0', RATE_WORKER_MAX: '0', STATEMENT_TIMEOUT_MS: '5000' },
  });
  atTheEnd(async () => {
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    await database.drop();
  });
  watched = (async () => {
    while (watching) {
      const begun = performance.now();
      const { status } = await fetch(`${gateway.url}/healthz`).catch(() => ({ status: 0 }));
      health.push(status === 200 ? performance.now() - begun : Infinity);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
});

/** What was wrong, by what was sent: the first few, since a fault shows in many. */
const faults: string[] = [];
const blame = (fault: string, sent: string, answer: string) => {
  if (faults.length >= 20) return;
  const [, id] = /logged as ([0-9a-f-]{36})/.exec(answer) ?? [];
  const line = gateway
    .stdout()
    .split('\n')
    .find((each) => id && each.includes(id));
  const told = [fault, `sent: ${sent.slice(0, 3_000)}`, `answer: ${answer.slice(0, 1_500)}`, `log: ${line}`];
  faults.push(told.join('\n  '));
  // A long run says at once what it found.
  if (process.env.FUZZ) process.stderr.write(`${faults.at(-1)}\n`);
};

/** @param sent for the report */
function judge(answer: string, sent: string): void {
  const [inside] = INSIDE.exec(answer) ?? [];
  // What was sent may be told back.
  if (inside && !sent.includes(inside)) blame(`tells of the inside: ${inside}`, sent, answer);
  for (const [, code = ''] of answer.matchAll(/"code":"([^"]*)"/g)) {
    if (code === 'INTERNAL') blame('is a fault of ours', sent, answer);
    else if (!(code in ERROR_CODES) && !sent.includes(code)) blame(`has no such code: ${code}`, sent, answer);
  }
}

/** Works until `count` are done, several at once. */
async function repeat(count: number, step: () => Promise<number>): Promise<void> {
  let done = 0;
  const work = async () => {
    while (done < count) done += await step();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const shareOf = (percent: number) => Math.ceil((TOTAL * percent) / 100);

/** A packet is about a thousand bytes: fewer would be too few to call it a test, and cost nothing. */
const BYTES = Math.max(shareOf(100 - SHARES.documents - SHARES.frames), 200_000);

test(
  'documents',
  async () => {
    const chance = createChance(SEED);
    const next = createDocuments(chance, ids);
    const codes = new Map<string, number>();
    await repeat(shareOf(SHARES.documents), async () => {
      const document = next();
      const token = chance.pick([undefined, tokens[0], tokens[0], tokens[0], tokens[1]]);
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(document),
      });
      const text = await response.text();
      const sent = JSON.stringify(document);
      if (response.status >= 500) blame(`status ${response.status}`, sent, text);
      judge(text, sent);
      const { errors } = JSON.parse(text) as { errors?: { extensions?: { code?: string } }[] };
      for (const { extensions } of errors ?? [{ extensions: { code: 'none' } }]) {
        const code = extensions?.code ?? 'no code';
        if (!extensions?.code) blame('an error has no code', sent, text);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      return 1;
    });
    console.log(`seed ${SEED}`, Object.fromEntries(codes));
    expect(faults.splice(0)).toEqual([]);
    // It gets beyond the parser.
    expect(codes.get('none')).toBeGreaterThan(0);
  },
  HOUR,
);

test(
  'frames',
  async () => {
    const chance = createChance(SEED + 1);
    const next = createDocuments(chance, ids);
    await repeat(shareOf(SHARES.frames), async () => {
      const session = makeSession(chance, next, chance.pick(tokens), FRAMES_AT_ONCE);
      const answer = await converse(gateway.url, session);
      judge(answer, unmasked(session));
      if (answer.includes('Something went wrong'))
        blame('a socket failed', session.toString('latin1'), answer);
      return FRAMES_AT_ONCE;
    });
    expect(faults.splice(0)).toEqual([]);
  },
  HOUR,
);

/** The documents in it cannot be told apart from noise: what it could say back is left out. */
const unmasked = (session: Buffer) => session.toString('latin1');

test(
  'bytes',
  async () => {
    const chance = createChance(SEED + 2);
    const next = createDocuments(chance, ids);
    const statuses = new Map<string, number>();
    await repeat(BYTES, async () => {
      const packet = makePacket(chance, next(), tokens[0]!);
      const answer = await converse(gateway.url, packet);
      judge(answer, packet.toString('latin1'));
      for (const [, status = ''] of answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= '500') blame(`status ${status}`, packet.toString('latin1'), answer);
      }
      return packet.length;
    });
    console.log('statuses', Object.fromEntries(statuses));
    expect(faults.splice(0)).toEqual([]);
    // Some of it is what it should be, and gets through: one packet in ten.
    expect(statuses.get('200')).toBeGreaterThan(0);
  },
  HOUR,
);

test('and after all of it, the gateway is what it was', async () => {
  watching = false;
  await watched;
  const slowest = Math.round(Math.max(...health));
  const { memoryMB, files } = await holdingsOf(gateway.pid);
  console.log(`${health.length} times alive, slowest ${slowest} ms; ${memoryMB} MB, ${files} files`);
  expect(slowest).toBeLessThan(10_000);
  expect(memoryMB).toBeLessThan(600);
  await eventually(async () => expect(await readinessOf(gateway.url)).toEqual(READY));
  await eventually(async () => expect((await holdingsOf(gateway.pid)).files).toBeLessThan(150));
  expect(
    gateway
      .stdout()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line)),
  ).toEqual([]);
  expect(gateway.stderr()).toBe('');
});
