import type { ServerResponse } from 'node:http';
import { ERRORS, Server } from '@tus/server';
import { ANONYMOUS } from '../../auth/claims';
import type { Logger } from '../../log';
import type { StorageMetrics } from '../../ops/metrics/storage';
import type { Backend } from '../backends/backend';
import type { RunAs, StorageCaller } from '../database';
import { StorageError } from '../errors';
import { releaseUpload } from '../objects';
import { addressOf, readAddress } from './address';
import { identify, type Asker, type AskerOptions, type ResumableRequest } from './asker';
import { beginResumable } from './beginning';
import { createUploadLocks, type UploadLock } from './locks';
import { headerOf, isOfTus, openRequest, send } from './messages';
import { findRecord } from './records';
import { UploadStore } from './store';
import { createTally, type Tally } from './tally';

export type { ResumableRequest };

export interface ResumableOptions extends AskerOptions {
  run: RunAs;
  backend: Backend;
  /** Of any object, whatever its bucket takes; bytes. */
  sizeMax: number;
  /** What is told of an error, whichever part of the gateway it came from. */
  explain: (request: ResumableRequest, error: unknown) => StorageError;
  /** Of one caller only so many uploads run at once. @returns what to call at its end. @throws StorageError SlowDown */
  beginTransfer: (caller: StorageCaller, request: ResumableRequest) => () => void;
  metrics: Pick<StorageMetrics, 'began'>;
  /** As clients address it, without a slash at the end. */
  basePath: string;
  log: Logger;
}

export interface Resumable {
  /** Answers what is below `/upload/resumable`, errors too. */
  answer(request: ResumableRequest, response: ServerResponse): Promise<void>;
  /** Ends uploads that run, at a byte from which another gateway goes on; refuses what comes from then on. */
  stop(): void;
}

const METHODS = ['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'];
/** An upload that is cut short writes what it has, and is answered. */
const DRAIN_MS = 100;
/** Whoever asks what is spoken here. */
const NOBODY: Asker = { caller: { claims: ANONYMOUS, requestId: '' }, upsert: false };

/** Uploads that come in pieces and survive whatever happens in between, as TUS 1.0 has them. */
export function createResumable(options: ResumableOptions): Resumable {
  const { run, backend, sizeMax, basePath, log } = options;
  const locks = createUploadLocks(run, log);
  let stopped = false;

  async function answer(request: ResumableRequest, response: ServerResponse): Promise<void> {
    // Some networks let neither PATCH nor DELETE through.
    const override = request.headers['x-http-method-override'];
    if (request.method === 'POST' && typeof override === 'string') request.method = override.toUpperCase();
    const tally = createTally(request, options.metrics);
    try {
      const reply = await serve(request, response, tally);
      tally.end(reply.status);
      const text = request.method === 'HEAD' ? '' : await reply.text();
      send(request, response, stopped, {
        status: reply.status,
        headers: reply.headers,
        text,
      });
    } catch (error) {
      // Clients of TUS know statuses and texts, and no bodies in JSON: so does Supabase answer them.
      const { body, retryAfterMs } = options.explain(request, error);
      tally.end(Number(body.statusCode));
      const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' });
      if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
      send(request, response, stopped, { status: Number(body.statusCode), headers, text: body.message });
    }
  }

  async function serve(request: ResumableRequest, response: ServerResponse, tally: Tally): Promise<Response> {
    const method = request.method ?? 'GET';
    if (!METHODS.includes(method)) {
      return new Response('Method not allowed', { status: 405, headers: { allow: METHODS.join(', ') } });
    }
    const address = readAddress(request.url ?? '');
    if (!address || (method === 'POST' && address.version !== undefined))
      throw new StorageError('NoSuchUpload');
    if (stopped) throw new StorageError('ServiceUnavailable', undefined, 1_000);
    if (method === 'OPTIONS') await options.countVisit(request);
    const { caller, upsert } = method === 'OPTIONS' ? NOBODY : await identify(options, request, address);
    const { byToken, version } = address;

    let lock: UploadLock | undefined;
    let begun: string | undefined;
    let limit = sizeMax;
    let failure: unknown;
    const held = (): UploadLock => {
      if (!lock) throw new Error('bytes of an upload were asked for without its lock');
      return lock;
    };
    const datastore = new UploadStore({ run, backend, caller, byToken, lock: held, tally });
    const server = new Server({
      path: basePath,
      datastore,
      locker: { newLock: (id) => (lock = locks.newLock(id)) },
      lockDrainTimeout: DRAIN_MS,
      disableTerminationForFinishedUploads: true,
      allowedOrigins: () => false,
      getFileIdFromRequest: () => version,
      namingFunction: async () => {
        const length = request.headers['upload-length'];
        const said = headerOf(request, 'upload-metadata') ?? '';
        const reserved = await beginResumable(run, caller, {
          ...{ said, upsert, byToken, sizeMax },
          length: length === undefined ? undefined : Number(length),
        });
        limit = reserved.sizeLimit;
        return (begun = reserved.version);
      },
      generateUrl: (_request, { id }) => addressOf(basePath, { byToken, version: id }),
      onIncomingRequest: async (_request, id) => {
        if (begun !== undefined) return;
        const record = await findRecord(run, caller, id, byToken);
        if (!record) throw new StorageError('NoSuchUpload');
        limit = record.sizeLimit;
      },
      maxSize: () => limit,
      onResponseError: (_request, error) => {
        failure = error;
        // What is not of TUS is answered below; the library takes for a text what any error has as its body.
        return isOfTus(error) ? undefined : { status_code: 500, body: '' };
      },
    });
    const bringsBytes = method === 'PATCH' || method === 'POST';
    const endTransfer = bringsBytes ? options.beginTransfer(caller, request) : () => undefined;
    if (bringsBytes) tally.begin();
    const { webRequest, letGo } = openRequest(request, response);
    try {
      const reply = await server.handleWeb(webRequest);
      if (begun !== undefined && (reply.status !== 201 || response.destroyed)) {
        // Nobody knows its address: nobody will go on with it.
        await releaseUpload(run, caller, begun).catch(() => undefined);
      }
      // What is of TUS is told as it is: the store hears of that late, when its lock has gone back.
      // Whoever has to make room for another request is to come again, and not to give up.
      if (failure === ERRORS.ABORTED) throw datastore.refused ?? new StorageError('ResourceLocked');
      if (failure !== undefined && !isOfTus(failure)) throw datastore.refused ?? (failure as Error);
      if (reply.status >= 500) log.warn({ err: failure, requestId: request.requestId }, 'an upload failed');
      return reply;
    } finally {
      endTransfer();
      letGo();
    }
  }

  return {
    answer,
    stop: () => {
      stopped = true;
      locks.stop();
    },
  };
}
