import { StorageError } from '../errors';

/** Of an object there is the version that it has: to answer with it when another is asked for would be a lie, and to remove it a loss. */
export function refuseVersion(id: unknown): void {
  if (id === undefined || id === null) return;
  throw new StorageError('FeatureNotEnabled', 'Objects have no older versions here: ask without a version.');
}
