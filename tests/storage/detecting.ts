import { detectType, HEAD_BYTES } from '../../server/storage/contentType';
import { StorageError } from '../../server/storage/errors';

export const detect = (content: string | Buffer, declared?: string, name = 'x') =>
  detectType(Buffer.from(content).subarray(0, HEAD_BYTES), declared, name);
/** Its words; what is no refusal of the type is thrown on. */
export const refusalOf = async (work: Promise<string>): Promise<string> =>
  work.then(
    (type) => `it was taken as ${type}`,
    (error: unknown) => {
      if (error instanceof StorageError && error.code === 'InvalidMimeType') return error.message;
      throw error;
    },
  );
