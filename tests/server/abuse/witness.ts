import { startProgram } from '../../helpers/process';

export interface Figures {
  answers: number;
  wrong: number;
  p50: number;
  p95: number;
  max: number;
}

/** In a process of his own: what keeps the abusers busy must not be taken for the gateway being so. */
const PROGRAM = `
  const { URL_OF_GATEWAY, TOKEN, EXPECTED } = process.env;
  const took = [];
  let wrong = 0;
  let isOver = false;
  process.on('SIGTERM', () => (isOver = true));
  const body = JSON.stringify({ query: '{ me { id } }' });
  const headers = { 'content-type': 'application/json', authorization: TOKEN };
  (async () => {
    while (!isOver) {
      const begun = performance.now();
      const text = await fetch(URL_OF_GATEWAY + '/graphql', { method: 'POST', headers, body }).then((r) => r.text(), String);
      took.push(performance.now() - begun);
      if (text !== EXPECTED) wrong++;
      console.log('.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const sorted = took.sort((a, b) => a - b);
    const at = (share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)]);
    console.log(JSON.stringify({ answers: took.length, wrong, p50: at(0.5), p95: at(0.95), max: at(1) }));
  })();`;

/** Somebody who means well, and asks one small thing after another until he is told to stop. */
export function watchOver(url: string, token: string, expected: unknown) {
  const env = { URL_OF_GATEWAY: url, TOKEN: token, EXPECTED: JSON.stringify(expected) };
  const running = startProgram(process.execPath, ['-e', PROGRAM], { env });
  return {
    count: () => running.stdout().length / 2,
    stop: async (): Promise<Figures> => {
      running.signal('SIGTERM');
      await running.exit;
      return JSON.parse(running.stdout().trim().split('\n').at(-1) ?? '') as Figures;
    },
  };
}
