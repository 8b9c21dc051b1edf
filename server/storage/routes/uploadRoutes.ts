import type { IncomingMessage } from 'node:http';

/** Below which the routes of storage are, as Supabase's client expects them. */
export const STORAGE_PATH = '/storage/v1';
export const RESUMABLE_PATH = `${STORAGE_PATH}/upload/resumable`;

/** @param request as the storage routes see it, without what is before them */
export const isResumable = ({ url }: IncomingMessage): boolean =>
  /^\/upload\/resumable([/?]|$)/.test(url ?? '');

const UPLOADS = new RegExp(
  `^${STORAGE_PATH}/(upload/resumable|object/(?!(move|copy|list|list-v2|sign)(/|$))[^/]+/.)`,
);

/** Whether the body of a request is a file, which takes as long as it takes. */
export function isUpload({ method, url }: IncomingMessage): boolean {
  return /^(POST|PUT|PATCH)$/.test(method ?? '') && UPLOADS.test(url ?? '');
}
