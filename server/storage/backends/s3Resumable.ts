import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Store } from '@tus/s3-store';
import { ERRORS } from '@tus/server';
import type { Upload } from '@tus/server';
import { translateS3 } from './s3Errors';

/** Of one upload: they lie as files in the system's temporary folder meanwhile, so this bounds that too. */
const PARTS_AT_ONCE = 4;

/** Uploads are multipart uploads below the keys they will have, with an `.info` and at times a `.part` object beside. */
export class ResumableS3Store extends S3Store {
  constructor(
    config: S3ClientConfig,
    bucket: string,
    prefix: string,
    private readonly forget: (key: string) => Promise<void>,
  ) {
    super({
      s3ClientConfig: { ...config, bucket },
      partSize: 8 * 1024 * 1024,
      // Another gateway may declare a length or end an upload: what one has read before is no longer true. And
      // uploads that nobody ends would stay in memory.
      cache: { get: async () => undefined, set: async () => undefined, delete: async () => undefined },
    });
    // The store calls objects by the ids of uploads.
    this.client.middlewareStack.add(
      (next) => (given) => next({ ...given, input: withPrefix(given.input, prefix) }),
      { step: 'initialize', name: 'prefixKeys' },
    );
  }

  /** The store calls an upload unknown whatever the reason is; its client would then begin anew. */
  override async getUpload(id: string): Promise<Upload> {
    try {
      return await super.getUpload(id);
    } catch (error) {
      if (error !== ERRORS.FILE_NOT_FOUND) throw error;
      try {
        await this.client.headObject({ Bucket: this.bucket, Key: this.infoKey(id) });
      } catch (reason) {
        if ((reason as Error).name !== 'NotFound') throw translateS3(reason);
        throw error;
      }
      // It answers now: another try will find it.
      throw translateS3(Object.assign(new Error(), { name: 'ServiceUnavailable' }));
    }
  }

  /**
   * The store shares its permits among all uploads, and one is taken for a part before its bytes have come: so many
   * clients that send slowly, or nothing more, would let nobody else send anything.
   */
  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    const { partUploadSemaphore: shared } = this;
    const Permits = shared.constructor as new (count: number) => typeof shared;
    const own = Object.create(this) as this;
    const permits = (own.partUploadSemaphore = new Permits(PARTS_AT_ONCE));
    const acquire = permits.acquire.bind(permits);
    permits.acquire = async () => {
      const permit = await acquire();
      // What failed meanwhile is told a turn later; the store would open a file for it that nobody closes or removes.
      await setImmediate();
      if (!bytes.readableAborted) return permit;
      await permit.release();
      throw new Error('the upload was cut off');
    };
    return super.write.call(own, bytes, id, offset);
  }

  /** The store's own leaves a finished upload, and the `.part` of another. */
  override async remove(id: string): Promise<void> {
    await this.getUpload(id);
    await this.forget(id);
  }

  close(): void {
    this.client.destroy();
  }
}

function withPrefix(input: object, prefix: string): object {
  const prefixed: Record<string, unknown> = { ...input };
  if (typeof prefixed.Key === 'string') prefixed.Key = prefix + prefixed.Key;
  const batch = prefixed.Delete as { Objects?: { Key: string }[] } | undefined;
  if (batch?.Objects) {
    prefixed.Delete = { ...batch, Objects: batch.Objects.map(({ Key }) => ({ Key: prefix + Key })) };
  }
  return prefixed;
}
