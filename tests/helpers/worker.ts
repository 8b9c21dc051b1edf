import { inflateSync } from 'node:zlib';
import { signToken } from '../../server/auth/token';
import { TEST_SECRET } from './actors';
import { eventually, start, type RunningProcess } from './process';

export const workerToken = (id: string, expires = '10m') =>
  signToken(
    { role: 'worker', worker_id: id, expires },
    { audience: 'authenticated', issuer: undefined, secret: TEST_SECRET },
  );

export interface WorkerProcess extends RunningProcess {
  id: string;
  /** Messages of its log about a task, in order. */
  saidOf(task: string): string[];
  /** Resolves when it has said that of the task. */
  says(message: RegExp, task?: string): Promise<void>;
}

interface Line {
  msg: string;
  task?: string;
}

function linesOf(running: RunningProcess): Line[] {
  return running
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** Starts `npm run worker` for the gateway at `url`, quick and with a token of its own. */
export async function startWorker(
  url: string,
  id: string,
  words: string[] = [],
  env: Record<string, string> = {},
): Promise<WorkerProcess> {
  const options = ['--url', `${url}/graphql`, '--seconds', '0', '--poll', '20', '--heartbeat', '1', ...words];
  const running = await start('worker', options, { env: { WORKER_TOKEN: await workerToken(id), ...env } });
  const about = (task?: string) =>
    linesOf(running).filter((line) => task === undefined || line.task === task);
  return {
    ...running,
    id,
    saidOf: (task) => about(task).map((line) => line.msg),
    says: async (message, task) => {
      await eventually(() => {
        if (!about(task).some((line) => message.test(line.msg)))
          throw new Error(`It did not say ${message}:\n${running.stdout()}${running.stderr()}`);
      });
    },
  };
}

function crcOf(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** What a worker has stored, as anybody gets it by its public address. */
export async function fetchStored(
  gatewayUrl: string,
  path: string,
): Promise<{ type: string | null; data: Buffer }> {
  const response = await fetch(`${gatewayUrl}/storage/v1/object/public/${path}`);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return { type: response.headers.get('content-type'), data: Buffer.from(await response.arrayBuffer()) };
}

export interface Picture {
  width: number;
  height: number;
  /** Of all pixels, red, green and blue. */
  colors: Set<string>;
}

/** Decodes a PNG as the specification says, and throws where it is not one. Knows no filters but "none". */
export function decodePng(data: Buffer): Picture {
  if (data.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error('That is no PNG.');
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < data.length;) {
    const length = data.readUInt32BE(at);
    const body = data.subarray(at + 4, at + 8 + length);
    if (data.readUInt32BE(at + 8 + length) !== crcOf(body)) throw new Error('A checksum is wrong.');
    parts.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  const [header, packed] = [parts.get('IHDR'), parts.get('IDAT')];
  if (!header || !packed || !parts.has('IEND')) throw new Error('A part is missing.');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header.subarray(8).toString('hex') !== '0802000000') throw new Error('It is of another kind.');
  const rows = inflateSync(packed);
  if (rows.length !== height * (1 + width * 3)) throw new Error('Its size is not what it says.');
  const colors = new Set<string>();
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * (1 + width * 3), (y + 1) * (1 + width * 3));
    if (row[0] !== 0) throw new Error('A row has a filter.');
    for (let x = 0; x < width; x++) colors.add(row.subarray(1 + x * 3, 4 + x * 3).toString('hex'));
  }
  return { width, height, colors };
}
