import { asService, type RunAs, type StorageCaller } from '../database';
import { readSaid, type Said } from './said';

/** An upload as the database knows it. How far it has come is for the store to know. */
export interface UploadRecord extends Said {
  version: string;
  /** As it came, to be told again. */
  said: string;
  upsert: boolean;
  /** Bytes there will be; undefined as long as nobody said. */
  length: number | undefined;
  sizeLimit: number;
  /** live: the object is there. garbage: given up, or replaced since. */
  state: 'reserved' | 'live' | 'garbage';
  /** Of a reserved one. */
  expiresAt: Date | undefined;
}

/** Keeps what was said of an upload that has just been reserved. */
export const openRecord = (
  run: RunAs,
  caller: StorageCaller,
  {
    version,
    said,
    upsert,
    byToken,
    length,
    sizeLimit,
  }: Pick<UploadRecord, 'version' | 'said' | 'upsert' | 'length' | 'sizeLimit'> & { byToken: boolean },
): Promise<void> =>
  run(caller, async (client) => {
    await client.query('select storage.open_resumable($1, $2, $3, $4, $5, $6)', [
      version,
      said,
      upsert,
      byToken,
      length ?? null,
      sizeLimit,
    ]);
  });

/** The caller's own upload, begun the same way; undefined for another's as for one that is not there. */
export async function findRecord(
  run: RunAs,
  caller: StorageCaller,
  version: string,
  byToken: boolean,
): Promise<UploadRecord | undefined> {
  // Nobody uploads without a name, and he may not ask.
  if (caller.claims.role === 'anon') return undefined;
  const [row] = await run(
    caller,
    async (client) =>
      (
        await client.query<{
          said: string;
          upsert: boolean;
          length: string | null;
          size_limit: string;
          state: UploadRecord['state'];
          expires_at: Date | null;
        }>('select * from storage.find_resumable($1, $2)', [version, byToken])
      ).rows,
    { readOnly: true },
  );
  if (!row) return undefined;
  return {
    ...readSaid(row.said),
    ...{ version, said: row.said, upsert: row.upsert, state: row.state },
    length: row.length === null ? undefined : Number(row.length),
    sizeLimit: Number(row.size_limit),
    expiresAt: row.expires_at ?? undefined,
  };
}

/** What was said of an upload by token, before the token is known to be one for it. */
export async function findSaid(
  run: RunAs,
  asked: { requestId: string },
  version: string,
): Promise<Said | undefined> {
  const said = await run(
    asService(asked),
    async (client) => {
      const { rows } = await client.query<{ said: string | null }>(
        'select storage.resumable_said($1) as said',
        [version],
      );
      return rows[0]?.said;
    },
    { readOnly: true },
  );
  return said ? readSaid(said) : undefined;
}

export const declareLength = (
  run: RunAs,
  caller: StorageCaller,
  version: string,
  length: number,
): Promise<void> =>
  run(caller, async (client) => {
    await client.query('select storage.declare_resumable($1, $2)', [version, length]);
  });
