import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentOfPrograms } from '../../server/config';
import type { Scenario } from '../core/scenario';
import { median } from '../core/statistics';

const ROOT = path.resolve(__dirname, '../..');
const START_TIMEOUT_MS = 60_000;

export const starting: Scenario = {
  name: 'start',
  about: '`npm start` to first answer (installed, empty data); second start',
  run: async (bench) => {
    const first: number[] = [];
    const second: number[] = [];
    for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
      const folder = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
      await chmod(folder, 0o755);
      try {
        first.push(await startOnce(folder));
        second.push(await startOnce(folder));
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    }
    const seconds = (values: number[]) => median(values) / 1000;
    return [
      {
        name: '`npm start` to the first answer',
        unit: 's',
        figures: [
          { peer: 'empty data', value: seconds(first), text: `${seconds(first).toFixed(2)} s` },
          { peer: 'second start', value: seconds(second), text: `${seconds(second).toFixed(2)} s` },
        ],
        targets: [
          { wanted: '< 5 s', measured: `${seconds(first).toFixed(2)} s`, isMet: seconds(first) < 5 },
          { wanted: '< 2 s', measured: `${seconds(second).toFixed(2)} s`, isMet: seconds(second) < 2 },
        ],
        limit:
          'first: initdb, the migrations and the sample data; second: reading the modules, PostgreSQL, introspection',
        details: { first, second },
      },
    ];
  },
};

/** Whether there was anybody left to be told. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals | 0): boolean {
  try {
    return leader !== undefined && process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** Until a query is answered with data; stopped again before it returns. */
async function startOnce(folder: string): Promise<number> {
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    // Stopped as a terminal would: everything that npm started.
    detached: true,
    env: { ...environmentOfPrograms(), PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  try {
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`npm start took too long:\n${said}`)), START_TIMEOUT_MS);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const found = /GraphQL +(http:\S+)\n/.exec((said += text))?.[1];
        if (!found) return;
        clearTimeout(late);
        resolve(found);
      });
      child.once('exit', () => reject(new Error(`npm start ended:\n${said}`)));
    });
    const answer = await fetch(url, {
      method: 'POST',
      // Kept open, the gateway would wait for more of it as it stops.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"query":"{ resources(first: 1) { totalCount } }"}',
    });
    if (!(await answer.text()).includes('"data"')) throw new Error('npm start answers with errors.');
    return performance.now() - begun;
  } finally {
    signalGroup(child.pid, 'SIGTERM');
    await exit;
    // npm is gone before the gateway, which still stops its database.
    while (signalGroup(child.pid, 0)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
