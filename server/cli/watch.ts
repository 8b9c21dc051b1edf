import { z } from 'zod';
import { signToken } from '../auth/token';
import type { Settings } from '../config';
import { Fault, messageOf } from '../faults';
import { signingSecret } from '../postgres/open';
import { REALTIME_TABLES } from '../realtime/change';
import { follow } from '../watch/follow';
import { print } from '../watch/print';
import { runCommand, say } from './command';

const options = z.object({
  project: z.uuid({ error: '--project must be the id of a project.' }),
  tables: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim().toUpperCase()))
    .pipe(
      z.array(
        z.enum(REALTIME_TABLES, {
          error: `--tables must be of ${REALTIME_TABLES.join(', ').toLowerCase()}.`,
        }),
      ),
    )
    .optional(),
  after: z.string().optional(),
  token: z.string().optional(),
  url: z.url({ protocol: /^wss?$/, error: '--url must begin with ws:// or wss://.' }),
});

/** The caller's token; in development one that may watch any project. */
function tokenOf(settings: Settings, given: string | undefined): () => Promise<string> {
  if (given) return async () => given;
  if (settings.environment === 'production')
    throw new Fault('--token is needed: of whoever owns the project.');
  return async () =>
    signToken(
      { role: 'service_role', expires: '1h' },
      { ...settings.jwt, secret: await signingSecret(settings) },
    );
}

void runCommand(
  'watch',
  'Prints the changes of a project as they happen. Goes on where it was when the connection is lost.',
  (command) =>
    command
      .requiredOption('--project <id>', 'the project')
      .option(
        '--tables <names>',
        `some of ${REALTIME_TABLES.join(',').toLowerCase()}; by default all but shots`,
      )
      .option('--after <cursor>', 'a cursor: first prints what happened since')
      .option('--token <token>', "of the project's owner; in development one is signed")
      .option('--url <url>', "the gateway's GraphQL; by default the one on this machine"),
  async (settings, given) => {
    const parsed = options.safeParse({ url: `ws://127.0.0.1:${settings.port}/graphql`, ...given });
    if (!parsed.success) throw new Fault(parsed.error.issues.map(({ message }) => message).join('\n'));
    const { project, tables, after, token, url } = parsed.data;
    const quit = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => quit.abort());
    let cursor = after;
    await follow({
      ...{ url, projectId: project, tables, after, token: tokenOf(settings, token), signal: quit.signal },
      onItem: (batch) => {
        ({ cursor } = batch);
        for (const line of print(batch, new Date())) say(line);
      },
      onWait: (reason) => process.stderr.write(`${reason}\n`),
      onInterruption: (code, reason) =>
        process.stderr.write(`interrupted (${code} ${reason}); trying again\n`),
    }).catch((error: unknown) => {
      throw new Fault(messageOf(error));
    });
    if (quit.signal.aborted) say(`To go on from here: --after ${cursor}`);
    else say('The project is gone, or belongs to somebody else now.');
  },
);
