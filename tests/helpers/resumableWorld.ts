import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { alice, bob, TEST_SECRET } from './actors';
import { createTestDatabase, type TestDatabase } from './database';
import { startResumable, type GatewayParts, type ResumableGateway } from './resumableGateway';

export interface StoredRow {
  version: string;
  owner: string;
  metadata: Record<string, unknown>;
  user_metadata: unknown;
}

/** A database with two users, a folder for bytes, and a gateway that takes uploads in pieces. */
export interface ResumableWorld {
  database: TestDatabase;
  gateway: ResumableGateway;
  /** For more gateways on the same. */
  parts: GatewayParts;
  /** The objects of a name: one or none. */
  rowsOf(name: string): Promise<StoredRow[]>;
  bytesOf(row: Pick<StoredRow, 'version'>): Promise<Buffer>;
  /** How many versions of bytes are registered, by their state. */
  statesOf(): Promise<{ reserved: number; live: number; garbage: number }>;
  end(): Promise<void>;
}

export async function createResumableWorld(): Promise<ResumableWorld> {
  const database = await createTestDatabase();
  const root = await mkdtemp(path.join(tmpdir(), 'reigh-resumable-'));
  const parts = { authUrl: database.authUrl, root, secret: TEST_SECRET };
  const gateway = await startResumable(parts);
  for (const user of [alice, bob]) await database.query(user, 'select ensure_user()', []);
  return {
    ...{ database, gateway, parts },
    rowsOf: (name) => database.asOwner('select * from storage.objects where name = $1', [name]),
    bytesOf: async ({ version }) => buffer(await gateway.backend.read(version)),
    statesOf: async () => {
      const rows = await database.asOwner<{ state: 'reserved' | 'live' | 'garbage'; count: number }>(
        'select state, count(*)::int as count from app_private.storage_versions group by state',
      );
      const states = { reserved: 0, live: 0, garbage: 0 };
      for (const { state, count } of rows) states[state] = count;
      return states;
    },
    end: async () => {
      await gateway.close();
      await rm(root, { recursive: true, force: true });
      await database.drop();
    },
  };
}
