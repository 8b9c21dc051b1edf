import type { ErrorCode } from '../errors';
import { messageOf } from '../faults';
import { CallError } from './client';
import type { ClaimedTask } from './queue';
import type { Output } from './render';

/** Where outputs go: anybody may see them by their address. */
const BUCKET = 'public';
/** For one file of an output; a model's videos take longer, and are better sent in pieces. */
const PATIENCE_MS = 60_000;

/** What the refusals of storage are to a worker; any other of this kind is about the file. */
const REFUSALS: Record<string, ErrorCode> = {
  // The folder is its own only as long as it holds the task.
  AccessDenied: 'STALE_ATTEMPT',
  InvalidJWT: 'UNAUTHENTICATED',
  SlowDown: 'RATE_LIMITED',
  ServiceUnavailable: 'UNAVAILABLE',
  InternalError: 'INTERNAL',
};
const RETRYABLE: readonly ErrorCode[] = ['RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL'];

export interface Files {
  /** Stores what was made of a task in its folder. @returns the same, by paths. @throws CallError */
  store(task: ClaimedTask, output: Output): Promise<Output>;
}

export interface FilesOptions {
  /** Of the gateway's GraphQL: storage is beside it. */
  url: string;
  token(): Promise<string>;
  /** Ends calls that are under way. */
  signal: AbortSignal;
}

/** The gateway's storage as one worker uses it. */
export function createFiles({ url, token, signal }: FilesOptions): Files {
  const storage = new URL(url.replace(/\/graphql\/?$/, '/storage/v1/object/'));

  const put = async (path: string, dataUrl: string): Promise<string> => {
    const drawn = await fetch(dataUrl);
    const response = await fetch(new URL(`${BUCKET}/${path}`, storage), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await token()}`,
        'content-type': drawn.headers.get('content-type') ?? 'application/octet-stream',
        // What it stored before its answer was lost, it stores again.
        'x-upsert': 'true',
      },
      body: await drawn.arrayBuffer(),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch((error: unknown) => {
      throw new CallError('UNAVAILABLE', messageOf(error), true);
    });
    const told = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
    if (response.ok) return `${BUCKET}/${path}`;
    const code = REFUSALS[told.code ?? 'ServiceUnavailable'] ?? 'INVALID_INPUT';
    throw new CallError(code, told.message ?? `HTTP ${response.status}`, RETRYABLE.includes(code));
  };

  return {
    store: async (task, { location, thumbnailUrl }) => {
      // It was lost between the claim and its answer.
      if (!task.outputFolder) throw new CallError('STALE_ATTEMPT', 'The task is not held any more.', false);
      const folder = `${task.outputFolder}/${task.attempts}`;
      return {
        location: await put(`${folder}/output.${endingOf(location)}`, location),
        thumbnailUrl: await put(`${folder}/thumbnail.${endingOf(thumbnailUrl)}`, thumbnailUrl),
      };
    },
  };
}

const endingOf = (dataUrl: string) => (dataUrl.startsWith('data:image/svg') ? 'svg' : 'png');
