import type { Pool } from 'pg';
import { callerName } from '../auth/callerName';
import type { Role } from '../auth/claims';
import type { Logger } from '../log';
import type { StorageMetrics } from '../ops/metrics/storage';
import type { BackendSettings, StorageSettings } from '../storageSettings';
import type { Backend } from './backends/backend';
import { createFileBackend } from './backends/file';
import { createRunAs } from './database';
import { StorageError } from './errors';
import { createRenditions } from './renditions/renditions';
import { createResumable } from './resumable/resumable';
import type { StorageParts } from './routes/context';
import { identify, type Identifying } from './routes/identify';
import { explainTo } from './routes/refusals';
import { RESUMABLE_PATH } from './routes/uploadRoutes';
import { createShares } from './shares';
import { createSigner, type Signer } from './signing';
import { createTransfers } from './transfers';

export async function openBackend(settings: BackendSettings): Promise<Backend> {
  if (settings.kind === 'file') return createFileBackend({ root: settings.root });
  // Its modules are read by those alone who have such a store.
  const { createS3Backend } = await import('./backends/s3.ts');
  const { endpoint, region, bucket, prefix, credentials, forcePathStyle } = settings;
  return createS3Backend({
    ...{ region, bucket, prefix, forcePathStyle },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials ?? {}),
  });
}

/** @param jwtSecret undefined where others sign the tokens: then there is no signer without a secret of its own */
export function signerOf(settings: StorageSettings, jwtSecret: string | undefined): Signer | undefined {
  const secret = settings.signingSecret ?? jwtSecret;
  return secret === undefined ? undefined : createSigner(secret);
}

/** Of the connections for requests, what the files of one caller may hold at once, who asks GraphQL beside. */
const SHARE = {
  ...{ atOnce: 4, waitingMax: 1_000, waitMs: 10_000 },
  busy: 'Too many requests of yours are running, which is what a caller can have at once. Try again when some have ended.',
};

/** Pictures that wait to be drawn: more than these are told to come again. */
const WAITING_MAX = 200;
const RENDITION_MS = 15_000;

export interface StorageOptions extends Identifying {
  settings: StorageSettings;
  backend: Backend;
  metrics: StorageMetrics;
  pool: () => Pool;
  statementTimeouts: Record<Role, number>;
  signer: Signer | undefined;
}

/** The parts of storage that its routes share. */
export function openStorage(
  { settings, backend, metrics, pool, statementTimeouts, signer, ...identifying }: StorageOptions,
  log: Logger,
): StorageParts {
  const parts = {
    ...{ backend, metrics, sizeMax: settings.sizeMax, signer: signer ?? UNSIGNED },
    run: createRunAs(pool, statementTimeouts, createShares(SHARE)),
  };
  const beginTransfer = createTransfers(settings.uploadsPerCaller);
  return {
    ...parts,
    beginTransfer,
    resumable: createResumable({
      ...parts,
      callerOf: async (request) => ({
        claims: await identify(identifying, request, 'caller'),
        requestId: request.requestId,
      }),
      countVisit: (request) => identifying.rates.countRead(identifying.addressOf(request)),
      countGuess: (request) => identifying.rates.countGuess(identifying.addressOf(request)),
      explain: ({ requestId }, error) => explainTo({ log: log.child({ requestId }) }, error),
      beginTransfer: ({ claims }, request) =>
        beginTransfer(callerName(claims, identifying.addressOf(request))),
      basePath: RESUMABLE_PATH,
      log: log.child({ part: 'resumable' }),
    }),
    renditions: createRenditions(
      { ...settings.renditions, waitingMax: WAITING_MAX, timeoutMs: RENDITION_MS },
      log.child({ part: 'renditions' }),
    ),
  };
}

/** Where tokens come from an issuer there is no secret of our own. */
const UNSIGNED: Signer = {
  sign: () => Promise.reject(unsigned()),
  verify: () => Promise.reject(unsigned()),
};

function unsigned(): StorageError {
  return new StorageError(
    'FeatureNotEnabled',
    'URLs cannot be signed here: the gateway has neither STORAGE_SIGNING_SECRET nor JWT_SECRET.',
  );
}
