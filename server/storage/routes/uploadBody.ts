import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import busboy from 'busboy';
import { cacheControlOf, USER_METADATA_BYTES, userMetadataOf } from '../declared';
import { StorageError } from '../errors';
import type { Content } from '../upload';

/** More than these a form of its client never has. */
const FORM_LIMITS = { fields: 20, fieldSize: USER_METADATA_BYTES, files: 1, parts: 30, headerPairs: 50 };
const ENCODINGS = ['gzip', 'br', 'deflate', 'zstd'];

/**
 * What is uploaded, raw or as the first file of a form. Of a form the fields before the file count.
 * @throws StorageError InvalidRequest
 */
export async function readUpload(request: IncomingMessage): Promise<Content> {
  const { headers } = request;
  if (/^multipart\/form-data/i.test(headers['content-type'] ?? '')) return readForm(request);
  const metadata = headers['x-metadata'];
  return {
    bytes: request,
    declaredType: headers['content-type'],
    cacheControl: cacheControlOf(headers['cache-control']),
    contentEncoding: encodingOf(headers['content-encoding']),
    userMetadata:
      typeof metadata === 'string'
        ? userMetadataOf(Buffer.from(metadata, 'base64').toString('utf8'), 'The header x-metadata')
        : undefined,
  };
}

async function readForm(request: IncomingMessage): Promise<Content> {
  const fields = new Map<string, string>();
  let form: busboy.Busboy;
  try {
    form = busboy({
      headers: request.headers,
      limits: FORM_LIMITS,
    });
  } catch {
    throw new StorageError('InvalidRequest', 'The form cannot be read: its boundary is missing.');
  }
  const end = endOf(request, form);
  const { bytes, type } = await new Promise<{ bytes: Readable; type: string | undefined }>(
    (resolve, reject) => {
      form.on('field', (name, value, { nameTruncated, valueTruncated }) => {
        if (nameTruncated || valueTruncated) {
          reject(
            new StorageError(
              'InvalidRequest',
              `A field of the form has ${USER_METADATA_BYTES} bytes at most.`,
            ),
          );
        } else fields.set(name, value);
      });
      // At once: an error of it that comes before anybody listens would end the process.
      form.on('file', (_name, file, { mimeType }) =>
        resolve({ bytes: wholeWith(file, end), type: mimeType }),
      );
      end.then(() => reject(NO_FILE), reject);
      request.pipe(form);
    },
  ).catch((error: unknown) => {
    request.unpipe(form);
    form.destroy();
    throw error;
  });
  const metadata = fields.get('metadata') ?? fields.get('userMetadata');
  return {
    bytes,
    declaredType: fields.get('contentType') ?? type,
    cacheControl: cacheControlOf(fields.get('cacheControl')),
    contentEncoding: encodingOf(fields.get('contentEncoding')),
    userMetadata: metadata === undefined ? undefined : userMetadataOf(metadata, 'The field metadata'),
  };
}

const NO_FILE = new StorageError('InvalidRequest', 'No content provided: the form has no file.');
const BROKEN = new StorageError('InvalidRequest', 'The form is broken off, or is none.');
const TOO_MUCH = new StorageError(
  'InvalidRequest',
  `A form has one file and ${FORM_LIMITS.fields} fields at most.`,
);

/** Resolves when the form ends as a form ends. @throws StorageError InvalidRequest */
function endOf(request: IncomingMessage, form: busboy.Busboy): Promise<void> {
  const end = new Promise<void>((resolve, reject) => {
    form.once('close', resolve);
    form.on('error', () => reject(BROKEN));
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
      form.once(limit, () => reject(TOO_MUCH));
    request.once('close', () => {
      if (!request.complete) reject(BROKEN);
    });
    // Gone already, while the database was asked: nothing more would be heard of it.
    if (request.destroyed) reject(BROKEN);
  });
  // Nobody may be waiting for it any more.
  end.catch(() => undefined);
  return end;
}

/** The file, whose end comes with that of its form: what is stored was sent as a whole, and was all that was sent. */
function wholeWith(file: Readable, end: Promise<void>): Readable {
  const whole = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => void end.then(() => done(), done),
  });
  whole.on('error', () => undefined);
  end.catch((error: Error) => whole.destroy(error));
  file.on('error', () => whole.destroy(BROKEN));
  // Of a file that is not taken the rest is read and thrown away, or the form would never end.
  whole.once('close', () => file.resume());
  return file.pipe(whole);
}

function encodingOf(given: string | undefined): string | undefined {
  const encoding = given?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return undefined;
  if (ENCODINGS.includes(encoding)) return encoding;
  throw new StorageError('InvalidRequest', `Content-Encoding is one of ${ENCODINGS.join(', ')}.`);
}
