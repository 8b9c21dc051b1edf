import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { claimsOf } from '../../server/auth/bearer';
import { createTokenVerifier, TokenError } from '../../server/auth/token';
import { createLogger } from '../../server/log';
import { surviveDeath } from '../../server/postgres/pool';
import type { Backend } from '../../server/storage/backends/backend';
import { createFileBackend } from '../../server/storage/backends/file';
import { createRunAs } from '../../server/storage/database';
import { StorageError } from '../../server/storage/errors';
import { createResumable, type ResumableRequest } from '../../server/storage/resumable/resumable';
import { createSigner } from '../../server/storage/signing';

export const BASE_PATH = '/storage/v1/upload/resumable';
export const SIZE_MAX = 64 * 1024 * 1024;

export interface GatewayParts {
  authUrl: string;
  root: string;
  secret: string;
}

export interface ResumableGateway {
  /** Without a path. */
  url: string;
  port: number;
  backend: Backend;
  /** What requests were answered: method and status. */
  answered: string[];
  /** As at its shutdown: uploads that run come to an end. */
  drain(): void;
  close(): Promise<void>;
}

/** A server that has nothing but resumable uploads. */
export async function startResumable({ authUrl, root, secret }: GatewayParts): Promise<ResumableGateway> {
  const pool = new Pool({ connectionString: authUrl, max: 5 });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  const backend = createFileBackend({ root });
  const verify = createTokenVerifier({
    secret,
    jwksUrl: undefined,
    audience: 'authenticated',
    issuer: undefined,
  });
  const timeouts = { anon: 30_000, authenticated: 30_000, worker: 30_000, service_role: 30_000 };
  const resumable = createResumable({
    beginTransfer: () => () => undefined,
    metrics: { began: () => () => undefined },
    countVisit: async () => undefined,
    countGuess: async () => undefined,
    ...{ backend, basePath: BASE_PATH, sizeMax: SIZE_MAX },
    run: createRunAs(() => pool, timeouts),
    signer: createSigner(secret),
    callerOf: async ({ requestId, headers }) => ({
      requestId,
      claims: await claimsOf(headers.authorization, verify),
    }),
    explain: (_request, error) => {
      if (error instanceof StorageError) return error;
      if (error instanceof TokenError) return new StorageError('InvalidJWT', error.message);
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
      return new StorageError('InternalError');
    },
    log: createLogger({ logLevel: 'silent' }),
  });
  const answered: string[] = [];
  let requests = 0;
  const server = createServer((request: IncomingMessage, response) => {
    response.once('finish', () => answered.push(`${request.method} ${response.statusCode}`));
    const identified: ResumableRequest = Object.assign(request, { requestId: `r${++requests}` });
    void resumable.answer(identified, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, backend, answered },
    drain: () => resumable.stop(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
      await backend.close();
    },
  };
}

// As a process of its own, to be killed: what it needs comes as JSON.
if (require.main === module) {
  void startResumable(JSON.parse(process.argv[2] ?? '{}') as GatewayParts).then(({ port }) =>
    process.stdout.write(`listens at ${port}\n`),
  );
}
