import type { Asked } from './context';
import { answerJson } from './context';
import { checkConditions } from '../conditions';
import { StorageError } from '../errors';
import { etagOf, findWithBucket, startingWith, withBytes, type Place, type StoredObject } from '../objects';
import { chooseFormat, typeOfRendition, type Wanted } from '../renditions/accept';
import type { Rendition } from '../renditions/picture';
import { readTransform, type Transform } from '../renditions/transform';
import { serveHeaders } from '../served';
import { serveSigned, serveToCaller, type Serving } from './serving';

/** A picture in another size. */
export async function renderAsCaller(asked: Asked, place: Place): Promise<void> {
  const serving = await serveToCaller(asked, place);
  await render(asked, { ...serving, transform: readTransform(asked.query) });
}

/** The size is the signer's: what else stands in the address is not looked at. */
export async function renderSigned(asked: Asked, place: Place): Promise<void> {
  const { signed, ...serving } = await serveSigned(asked, place, 'render');
  await render(asked, { ...serving, transform: readTransform(signed.transform ?? {}) });
}

interface Rendering extends Serving {
  transform: Transform;
}

/**
 * The tag of a rendition follows from the version and from how it is asked for. So conditions and HEAD are answered
 * without drawing; what follows from the drawing alone, HEAD leaves out (RFC 9110, 9.3.2).
 */
async function render(asked: Asked, { find, transform, access }: Rendering): Promise<void> {
  const { request, response, renditions, query } = asked;
  const { accept } = request.headers;
  const wanted = chooseFormat(transform, accept);
  const headersOf = ({ name, version, metadata }: StoredObject, type: string | undefined) => {
    const headers: Record<string, string> = {
      ...serveHeaders({
        ...{ modified: new Date(metadata.lastModified), etag: tagOf(version, wanted, transform) },
        // Whichever type it turns out to be, it is that of a picture that is shown.
        ...{ name, type: type ?? 'image/png', cacheControl: metadata.cacheControl },
        ...{ access, download: query.download, now: new Date() },
      }),
      'accept-ranges': 'none',
      vary: access === 'authenticated' ? 'Authorization, Origin, Accept' : 'Accept',
    };
    if (type === undefined) delete headers['content-type'];
    return headers;
  };

  const object = await find();
  const { version: key, metadata } = object;
  const { size, mimetype: type } = metadata;
  const ready = renditions.find({ key, size, type, transform, ...(accept === undefined ? {} : { accept }) });
  const early = headersOf(object, ready?.type ?? typeOfRendition(wanted, type));
  const modified = new Date(metadata.lastModified);
  const condition = checkConditions(request.headers, { etag: tagOf(key, wanted, transform), modified });
  if (condition) {
    response.writeHead(condition, early).end();
    return;
  }
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...early, ...(ready ? { 'content-length': ready.bytes.length } : {}) }).end();
    return;
  }
  const { made, of } = await draw(asked, startingWith(object, find), transform);
  response.writeHead(200, { ...headersOf(of, made.type), 'content-length': made.bytes.length });
  response.end(made.bytes);
}

async function draw(
  { backend, renditions, request, signal, callerName }: Asked,
  find: () => Promise<StoredObject>,
  transform: Transform,
): Promise<{ of: StoredObject; made: Rendition }> {
  const { accept } = request.headers;
  return withBytes(find, async (of) => {
    const { size, mimetype: type } = of.metadata;
    const made = await renditions.render(
      {
        ...{
          key: of.version,
          size,
          type,
          transform,
          caller: callerName,
          ...(accept === undefined ? {} : { accept }),
        },
        read: (aborted) => backend.read(of.version, undefined, aborted),
      },
      signal,
    );
    return { of, made };
  });
}

/** Of the same bytes in the same size and format it is always the same picture. */
function tagOf(version: string, wanted: Wanted, transform: Transform): string {
  const { width = '', height = '', resize, quality } = transform;
  return etagOf([version, width, height, resize, quality, wanted].join('-'));
}

/** Forgets the renditions of an object, for services. Versions never change, so nobody has to. */
export async function purge(asked: Asked, place: Place): Promise<void> {
  if (asked.caller.claims.role !== 'service_role') throw new StorageError('AccessDenied');
  const { object } = await findWithBucket(asked.run, asked.caller, place);
  asked.renditions.purge(object.version);
  answerJson(asked.response, { message: 'success' });
}
