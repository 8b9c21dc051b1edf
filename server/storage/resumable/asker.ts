import type { IncomingMessage } from 'node:http';
import type { RunAs, StorageCaller } from '../database';
import { StorageError } from '../errors';
import type { Signer } from '../signing';
import type { Address } from './address';
import { headerOf } from './messages';
import { findSaid } from './records';
import { readSaid } from './said';

export interface ResumableRequest extends IncomingMessage {
  requestId: string;
}

export interface AskerOptions {
  run: RunAs;
  signer: Signer;
  /** Who asks; not called where a signed token decides. @throws what `explain` knows */
  callerOf: (request: ResumableRequest) => Promise<StorageCaller>;
  /** Counts a request that no caller is counted for. @throws as callerOf */
  countVisit: (request: ResumableRequest) => Promise<void>;
  /** Counts a token that is none of ours, as a guess. @throws as callerOf */
  countGuess: (request: ResumableRequest) => Promise<void>;
}

export interface Asker {
  caller: StorageCaller;
  /** Whether an object that is there may be replaced. */
  upsert: boolean;
}

/** Nowhere: no token is for it. */
const NOWHERE = { bucket: '', name: '' };

/**
 * By whose rights an upload is begun or continued: the caller's own, or those that a signed token lends for one place.
 * @throws StorageError InvalidJWT, InvalidSignature, NoSuchUpload, and what callerOf throws
 */
export async function identify(
  { run, signer, callerOf, countVisit, countGuess }: AskerOptions,
  request: ResumableRequest,
  { byToken, version }: Address,
): Promise<Asker> {
  if (!byToken) {
    return { caller: await callerOf(request), upsert: request.headers['x-upsert'] === 'true' };
  }
  await countVisit(request);
  const token = headerOf(request, 'x-signature');
  if (token === undefined) throw new StorageError('InvalidSignature', 'The header x-signature is missing.');
  // Whether it is ours at all, before the database is asked for anything.
  await signer.verify(token, { ...NOWHERE, act: 'upload' }).catch(async (error: unknown) => {
    if (error instanceof StorageError && error.code === 'InvalidSignature') return;
    await countGuess(request);
    throw error;
  });
  const said =
    version === undefined
      ? readSaid(headerOf(request, 'upload-metadata'))
      : await findSaid(run, request, version);
  const asked = { ...(said?.place ?? NOWHERE), act: 'upload' as const };
  const { claims, upsert } = await signer.verify(token, asked).catch((error: unknown) => {
    // A good token for something else is told nothing of what is here.
    const isOther = error instanceof StorageError && error.code === 'InvalidSignature';
    throw isOther && version !== undefined ? new StorageError('NoSuchUpload') : error;
  });
  if (!claims) throw new StorageError('InvalidSignature');
  return { caller: { claims, requestId: request.requestId }, upsert: upsert ?? false };
}
