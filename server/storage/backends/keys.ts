import { ERRORS, type DataStore } from '@tus/server';

const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Lower case alone: a file system may not tell the cases apart. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** The last line before a file system or a store: whatever was let through until here, no name leads out of its place. */
export function requireKey(text: string): string {
  if (!isKey(text)) throw new TypeError('the key of stored bytes has to be a UUID in lower case');
  return text;
}

/**
 * A store of resumable uploads that knows no upload whose id is not a key: ids come out of URLs.
 * @param translate of what the store throws; errors of tus itself stay what they are
 */
export function guardUploads(store: DataStore, translate: (error: unknown) => unknown): DataStore {
  const methods = ['remove', 'write', 'getUpload', 'declareUploadLength'] as const;
  for (const method of methods) {
    const plain = store[method].bind(store) as (...given: never[]) => Promise<unknown>;
    const idAt = method === 'write' ? 1 : 0;
    const guarded = async (...given: never[]) => {
      // What tus throws are records, and its server answers by them.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (!isKey(String(given[idAt]))) throw ERRORS.FILE_NOT_FOUND;
      return plain(...given).catch(rethrow);
    };
    Object.assign(store, { [method]: guarded });
  }
  const create = store.create.bind(store);
  store.create = async (upload) => {
    requireKey(upload.id);
    return create(upload).catch(rethrow);
  };
  return store;

  function rethrow(error: unknown): never {
    throw isTusError(error) ? error : translate(error);
  }
}

function isTusError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status_code' in error;
}
