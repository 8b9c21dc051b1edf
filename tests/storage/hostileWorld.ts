import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { createLogger } from '../../server/log';
import { sweepStorage } from '../../server/ops/jobs/sweepStorage';
import { createFileBackend } from '../../server/storage/backends/file';
import { alice, authorizationOf, bob, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { emptyFolder } from '../helpers/process';

export interface Sent {
  method?: string;
  /** Below /storage/v1, as it stands in the request line. */
  path: string;
  headers?: Record<string, string | string[]>;
  /** Its length is told unless a header speaks of it. */
  body?: string | Buffer;
  as?: 'alice' | 'bob' | 'service' | 'nobody';
  /** Ends the connection behind the body, though more was promised. */
  breaksOff?: boolean;
}

export interface Told {
  /** 0: the connection was ended without an answer. */
  status: number;
  head: string;
  body: string;
}

export interface HostileWorld {
  database: TestDatabase;
  gateway: TestGateway;
  send(sent: Sent): Promise<Told>;
  /** Rows, buckets, and versions that are anything but garbage. */
  stored(): Promise<unknown>;
  /** Removes what nobody has, and counts what lies on the disk: of how many versions. */
  sweep(): Promise<{ files: number; versions: number }>;
  /** What the gateway wrote into its log. */
  log(): string;
  end(): Promise<void>;
}

export const tokens: Record<string, string> = {};

export async function openHostileWorld(): Promise<HostileWorld> {
  const root = await emptyFolder();
  const database = await createTestDatabase();
  let log = '';
  const gateway = await startTestGateway(
    database,
    { STORAGE_DIR: root, LOG_LEVEL: 'info', RATE_READS_MAX: '0', RATE_ANON_MAX: '0' },
    new Writable({ write: (chunk, _, done) => ((log += chunk), done()) }),
  );
  for (const [name, actor] of Object.entries({ alice, bob, service }))
    tokens[name] = (await authorizationOf(actor)) ?? '';
  return {
    ...{ database, gateway, log: () => log },
    send: (sent) => send(gateway.url, sent),
    stored: () =>
      database.asOwner(
        `select 'object' as kind, bucket_id || '/' || name || ' ' || version as it from storage.objects
         union all select 'bucket', id from storage.buckets
         union all select state, version::text from app_private.storage_versions where state <> 'garbage'
         order by 1, 2`,
      ),
    sweep: async () => {
      const job = sweepStorage(1_000, createFileBackend({ root }));
      await database.as(service, (client) => job.run(client, createLogger({ logLevel: 'silent' })));
      const names = await readdir(root, { recursive: true, withFileTypes: true });
      const [row] = await database.asOwner<{ count: number }>(
        'select count(*)::int as count from app_private.storage_versions',
      );
      return { files: names.filter((each) => each.isFile()).length, versions: row?.count ?? 0 };
    },
    end: async () => {
      await gateway.stop();
      await database.drop();
    },
  };
}

/** Writes a request as it is, without the care of a client. */
function send(
  url: string,
  { method = 'POST', path, headers = {}, body = '', as, breaksOff }: Sent,
): Promise<Told> {
  const token = tokens[as ?? 'alice'];
  const given = new Map<string, string | string[]>([
    ['host', '127.0.0.1'],
    ['connection', 'close'],
    ...(token ? [['authorization', token] as const] : []),
    ...Object.entries(headers),
  ]);
  if (body.length > 0 && !given.has('content-length') && !given.has('transfer-encoding'))
    given.set('content-length', String(Buffer.byteLength(body)));
  const lines = [...given].flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  const target =
    path.startsWith('http') || path.startsWith('!') ? path.replace(/^!/, '') : `/storage/v1${path}`;
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]));
      if (breaksOff) socket.end();
    });
    const told = (): Told => {
      const [, ahead = '', text = ''] =
        /^([^]*?)\r\n\r\n([^]*)$/.exec(Buffer.concat(chunks).toString()) ?? [];
      return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(ahead)?.[1] ?? 0), head: ahead, body: text };
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const { head: ahead, body: text } = told();
      // The gateway stays a while to hear the rest of what it has refused; this caller has read enough.
      if (Buffer.byteLength(text) === Number(/^content-length: (\d+)/im.exec(ahead)?.[1] ?? NaN))
        socket.destroy();
    });
    // Reset, after the answer or instead of it.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(told()));
  });
}

/** Something hostile, and what the gateway is to say to it: a code of storage, or `Nothing`, or `NotHttp`. */
export interface Attack {
  name: string;
  sent: Sent;
  told: string;
}

export const textUpload = (path: string, rest: Partial<Sent> = {}): Sent => ({
  path: `/object/training-data/${path}`,
  body: 'words',
  ...rest,
  headers: { 'content-type': 'text/plain', ...rest.headers },
});
