import { decodeJwt } from 'jose';
import { signToken } from '../auth/token';
import type { Settings } from '../config';
import { Fault } from '../faults';
import { createLogger } from '../log';
import { signingSecret } from '../postgres/open';
import { stopOnSignals } from '../signals';
import { createClient } from '../worker/client';
import { readWorkerOptions } from '../worker/options';
import { createFiles } from '../worker/files';
import { createQueue } from '../worker/queue';
import { createWorker } from '../worker/worker';
import { runCommand } from './command';

const DEFAULT_ID = 'local-1';

interface Identity {
  id: string;
  token(): Promise<string>;
}

/** Who the worker is: whom its token names. In development it may sign a token for itself. */
function identify(settings: Settings, given: string | undefined, token: string | undefined): Identity {
  if (token) {
    const named = workerOf(token);
    if (given && named && given !== named) {
      throw new Fault(`The token is for worker ${named}, and --worker says ${given}.`);
    }
    return { id: named ?? given ?? DEFAULT_ID, token: async () => token };
  }
  if (settings.environment === 'production') {
    throw new Fault(
      '--token or WORKER_TOKEN is needed. To make one: npm run token -- --worker ID --expires 30d',
    );
  }
  const id = given ?? DEFAULT_ID;
  let secret: ReturnType<typeof signingSecret> | undefined;
  return {
    id,
    // Anew for each call: it never expires while the worker runs.
    token: async () =>
      signToken(
        { role: 'worker', worker_id: id, expires: '5m' },
        { ...settings.jwt, secret: await (secret ??= signingSecret(settings)) },
      ),
  };
}

/** The gateway checks the token; here only its name is read. */
function workerOf(token: string): string | undefined {
  try {
    const { worker_id } = decodeJwt(token);
    return typeof worker_id === 'string' ? worker_id : undefined;
  } catch {
    return undefined;
  }
}

void runCommand(
  'worker',
  'A reference worker: takes tasks from the queue by GraphQL, pretends to render, and reports. See docs/workers.md.',
  (command) =>
    command
      .option('--url <url>', "the gateway's GraphQL; by default the one on this machine")
      .option('--token <token>', "a worker's token; better in WORKER_TOKEN, where other users do not see it")
      .option('--worker <id>', `its id; by default the token's, or ${DEFAULT_ID}`)
      .option('--run-type <type>', 'which tasks it takes: gpu or api', 'gpu')
      .option('--model <name>', 'the model that is loaded at the start')
      .option('--concurrency <number>', 'how many tasks it works on at a time', '1')
      .option('--seconds <number>', 'how long it pretends to work on a task', '3')
      .option('--failure-rate <share>', 'how many of its attempts fail, from 0 to 1', '0')
      .option('--poll <ms>', 'pause when there is nothing to do; doubles up to 10 s', '1000')
      .option('--heartbeat <seconds>', 'pause between reports; shorter when leases are short', '20')
      .option('--grace <seconds>', 'for running tasks, after SIGTERM', '30'),
  async (settings, given) => {
    const { worker, token } = given as { worker?: string; token?: string };
    const identity = identify(settings, worker, token ?? settings.workerToken);
    const url = given.url ?? `http://127.0.0.1:${settings.port}/graphql`;
    const options = readWorkerOptions({ ...given, url }, identity.id);
    const log = createLogger(settings, 'reigh-worker');
    const quit = new AbortController();
    const send = createClient({ url: options.url, token: identity.token, signal: quit.signal, log });
    const files = createFiles({ url: options.url, token: identity.token, signal: quit.signal });
    const running = createWorker(options, { queue: createQueue(send, options), files }, log, quit);
    stopOnSignals(() => running);
    await running.run();
  },
);
