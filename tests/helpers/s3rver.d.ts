declare module 's3rver' {
  import type { Server } from 'node:http';
  import type { Readable } from 'node:stream';

  export interface Context {
    method: string;
    path: string;
    query: Record<string, string | undefined>;
    headers: Record<string, string | undefined>;
    status: number;
    body: unknown;
    req: Readable;
  }

  export interface Found {
    key: string;
    size: number;
    lastModifiedDate: Date;
  }

  export interface Store {
    getResourcePath(bucket: string, key: string | undefined, resource: string): string;
    putPart(bucket: string, uploadId: string, number: string, content: Readable): Promise<{ md5: string }>;
    putObject(object: { bucket: string; key: string }): Promise<object>;
    getObject(
      bucket: string,
      key: string,
      range?: object,
    ): Promise<{ content: Readable; size: number } | null>;
    listObjects(bucket: string, options: object): Promise<{ objects: Found[]; isTruncated: boolean }>;
  }

  class S3rver {
    constructor(options: object);
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
    middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
    store: Store;
    httpServer: Server;
  }
  // eslint-disable-next-line no-restricted-syntax
  export default S3rver;
}

declare module 's3rver/lib/models/error' {
  // eslint-disable-next-line no-restricted-syntax
  export default class S3Error extends Error {
    constructor(code: string, message: string);
  }
}
