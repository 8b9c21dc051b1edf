import { z } from 'zod';
import { StorageError } from '../errors';

/** Of an object there is the version that it has: to answer with it when another is asked for would be a lie, and to remove it a loss. */
export function refuseVersion(id: unknown): void {
  if (id === undefined || id === null) return;
  throw new StorageError('FeatureNotEnabled', 'Objects have no older versions here: ask without a version.');
}

const which = z.enum(['exclude', 'include', 'only']).nullish();

/** What newer clients can ask of a listing. */
export const versionWishes = {
  noncurrentVersions: which,
  deleteMarkers: which,
  exactMatch: z.boolean().nullish(),
};

/** To list what is, where what was is asked for, would be a lie; with older versions beside it, it is all there is. */
export function refuseWishes(wishes: { [Name in keyof typeof versionWishes]?: unknown }): void {
  const { noncurrentVersions, deleteMarkers, exactMatch } = wishes;
  if (noncurrentVersions === 'only' || deleteMarkers === 'only' || exactMatch === true)
    throw new StorageError('FeatureNotEnabled', 'Objects have no older versions here: list without them.');
}
