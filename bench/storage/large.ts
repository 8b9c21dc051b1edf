/**
 * How fast a large file goes in and out, and how much memory the gateway takes for it: on this machine, where the
 * gateway, its database, and the client that makes and sums the bytes share the cores.
 *
 *   node --import tsx bench/storage/large.ts [--bytes 1000000000] [--times 2] [--profile folder]
 *
 * The first time is apart: the process grows once to the size that it works in. Ends by itself, and leaves nothing.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { signToken } from '../../server/auth/token';
import { SAMPLE_USERS } from '../../server/sample/users';
import { receive, send, watchMemory, type Target, type Transferred } from './transfer';

const options = new Command()
  .option('--bytes <n>', 'of the file', Number, 1_000_000_000)
  .option('--times <n>', 'how often', Number, 2)
  .option('--profile <folder>', 'where V8 writes a profile of the gateway')
  .parse()
  .opts<{ bytes: number; times: number; profile?: string }>();

async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
  // Started by root, the database runs as an account of its own, which has to get in.
  await chmod(dataDir, 0o755);
  const secret = randomBytes(48).toString('hex');
  const profile = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
  const gateway = spawn(
    process.execPath,
    [
      '--max-semi-space-size=32',
      ...profile,
      '--import',
      'tsx',
      path.resolve(__dirname, '../../server/index.ts'),
    ],
    {
      env: { ...inherited(), PORT: '0', DATA_DIR: dataDir, JWT_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => gateway.once('exit', resolve));
  try {
    const origin = await new Promise<string>((resolve, reject) => {
      let text = '';
      gateway.stdout.setEncoding('utf8').on('data', (more: string) => {
        const url = /GraphQL +(http:\S+)\/graphql\n/.exec((text += more))?.[1];
        if (url) resolve(url);
      });
      gateway.once('exit', () => reject(new Error(`The gateway ended:\n${text}`)));
    });
    await measure(origin, secret);
  } finally {
    gateway.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(origin: string, secret: string): Promise<void> {
  const [{ id, email }] = SAMPLE_USERS;
  const token = await signToken(
    { role: 'authenticated', sub: id, email, expires: '1h' },
    { audience: 'authenticated', issuer: undefined, secret },
  );
  const target: Target = {
    url: `${origin}/storage/v1/object/lora_files/${id}/large.bin`,
    authorization: `Bearer ${token}`,
  };
  for (let time = 1; time <= options.times; time++) {
    const up = await watched(origin, () => send(target, options.bytes));
    const down = await watched(origin, () => receive(target));
    if (up.sum !== down.sum) throw new Error('What came back is something else.');
    for (const [what, { seconds, grown }] of [
      ['up', up],
      ['down', down],
    ] as const)
      console.log(
        `${time}. ${what}: ${Math.round(options.bytes / 1e6 / seconds)} MB/s, memory +${Math.round(grown / 1e6)} MB`,
      );
  }
}

async function watched(origin: string, work: () => Promise<Transferred>) {
  const memory = await watchMemory(origin);
  const done = await work();
  return { ...done, grown: await memory.stop() };
}

/** What a program needs of its surroundings; none of the developer's settings. */
function inherited() {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
