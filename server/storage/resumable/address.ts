/** Which upload a request is about, and by whose right. */
export interface Address {
  /** Below `/sign`, where the token in `x-signature` decides and nothing else. */
  byToken: boolean;
  /** Undefined: none yet. */
  version: string | undefined;
}

/** The 16 bytes of a UUID. */
const ID_LENGTH = 22;

/**
 * @param url of the request, with or without what is before `/upload/resumable`
 * @returns undefined when nothing is there
 */
export function readAddress(url: string): Address | undefined {
  const [path = ''] = url.split('?');
  const match = /\/upload\/resumable(\/sign)?(?:\/([^/]*))?$/.exec(path);
  if (!match) return undefined;
  const [, sign, id] = match;
  const byToken = sign !== undefined;
  if (id === undefined || id === '') return { byToken, version: undefined };
  const version = versionOf(id);
  return version === undefined ? undefined : { byToken, version };
}

/** Where an upload is continued. Without a host: what a proxy calls this gateway is not for it to know. */
export function addressOf(
  basePath: string,
  { byToken, version }: { byToken: boolean; version: string },
): string {
  return `${basePath}${byToken ? '/sign' : ''}/${idOf(version)}`;
}

function idOf(version: string): string {
  return Buffer.from(version.replaceAll('-', ''), 'hex').toString('base64url');
}

/** One spelling alone: two addresses of one upload would be two locks to whoever counts by them. */
function versionOf(id: string): string | undefined {
  if (id.length !== ID_LENGTH) return undefined;
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.toString('base64url') !== id) return undefined;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
