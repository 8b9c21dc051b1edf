import { execute, finish, type Finished, type ProcessOptions, type Variables } from '../helpers/process';

/** What the suite is itself, or CI runs beside it. */
const OTHERS = ['npm test', 'npm run codegen'];

/**
 * Runs the lines `npm run … -- words` of a block of a page, each as a process, without npm in between. A shell reads
 * the words, as a person's would.
 */
export async function runCommands(
  block: string,
  env: Variables,
  options: ProcessOptions = {},
): Promise<Finished[]> {
  const done: Finished[] = [];
  for (const line of block.trim().split('\n')) {
    if (OTHERS.includes(line)) continue;
    const [, script = '', words = ''] = /^npm run ([\w:]+)(?: -- (.*))?$/.exec(line) ?? [];
    if (!script) throw new Error(`This is no command of ours: ${line}`);
    const { stdout } = await execute('sh', ['-c', `printf '%s\\0' ${words}`]);
    const finished = await finish(script, words ? stdout.split('\0').slice(0, -1) : [], env, options);
    if (finished.code !== 0) throw new Error(`${line}: ${finished.stderr}`);
    done.push(finished);
  }
  return done;
}
