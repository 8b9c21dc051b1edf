import { readdir, readFile } from 'node:fs/promises';
import { ask, type Answer } from './process';

/** One answer, and what it was asked. */
export interface Answered {
  kind: 'query' | 'mutation';
  /** Of the project that a mutation makes. */
  name: string;
  ms: number;
  code: unknown;
  retryable: unknown;
}

export interface Load {
  answers: Answered[];
  stop(): Promise<void>;
}

export const MAKE =
  'mutation ($name: String!) { createProject(input: { project: { name: $name } }) { project { id } } }';
export const READ = '{ projects(first: 5) { nodes { id name } } }';

let made = 0;

/** So many callers who read and write in turn, each as soon as it has its answer, until they are stopped. */
export function startLoad(url: string, token: string, callers: number): Load {
  const answers: Answered[] = [];
  let isOver = false;
  const call = async (kind: Answered['kind']) => {
    const name = `load ${made++}`;
    const begun = performance.now();
    const answer: Answer<unknown> = await (kind === 'query'
      ? ask(url, READ, token)
      : ask(url, MAKE, token, { name }));
    const [error] = answer.errors ?? [];
    answers.push({
      ...{ kind, name, ms: performance.now() - begun },
      code: error ? (error.extensions?.code ?? error.message) : undefined,
      retryable: error?.extensions?.retryable,
    });
  };
  const caller = async (n: number) => {
    for (let turn = n; !isOver; turn++) {
      await call(turn % 2 === 0 ? 'query' : 'mutation');
      // Who is refused at once and comes back at once takes the processor from all others, the database's start too.
      if (answers.at(-1)?.code !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const running = Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
  return {
    answers,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}

/** What the system says that a process holds. */
export async function holdingsOf(pid: number): Promise<{ files: number; memoryMB: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const files = await readdir(`/proc/${pid}/fd`);
  return { files: files.length, memoryMB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024) };
}

/** What /readyz says. */
export async function readinessOf(url: string): Promise<[number, unknown]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
}
export const READY: [number, unknown] = [200, { status: 'ready' }];
