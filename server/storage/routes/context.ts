import type { ServerResponse } from 'node:http';
import type { IdentifiedRequest } from '../../graphql/http';
import type { StorageMetrics } from '../../ops/metrics/storage';
import type { Backend } from '../backends/backend';
import type { RunAs, StorageCaller } from '../database';
import type { Renditions } from '../renditions/renditions';
import type { Resumable } from '../resumable/resumable';
import type { Signer } from '../signing';
import type { Transfers } from '../transfers';

/** What the routes of storage stand on. */
export interface StorageParts {
  run: RunAs;
  backend: Backend;
  signer: Signer;
  renditions: Renditions;
  resumable: Resumable;
  metrics: StorageMetrics;
  /** Of one caller only so many uploads run at once. */
  beginTransfer: Transfers;
  /** Of any object, whatever its bucket takes; bytes. */
  sizeMax: number;
}

/** One request: who asks, and for what. */
export interface Asked extends StorageParts {
  request: IdentifiedRequest;
  response: ServerResponse;
  caller: StorageCaller;
  /** By what his uploads are counted together. */
  callerName: string;
  /** Of the query string; of what is given twice, the first. */
  query: Record<string, string | undefined>;
  /** The caller has gone. */
  signal: AbortSignal;
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    })
    .end(text);
}
