import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { RequestError } from '../../errors';
import { readBody } from '../../graphql/readBody';
import { StorageError } from '../errors';

/** A thousand names of a thousand bytes, and some room. */
const JSON_BYTES = 1_500_000;

/**
 * Reads a body of JSON and holds it against what it should be. No body is `{}`.
 * @throws StorageError InvalidRequest that names what is wrong; EntityTooLarge
 */
export async function readJson<T extends z.ZodType>(request: IncomingMessage, shape: T): Promise<z.infer<T>> {
  let value: unknown;
  try {
    const text = await readBody(request, JSON_BYTES);
    value = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'LIMIT_EXCEEDED') {
      throw new StorageError('EntityTooLarge', error.message);
    }
    throw new StorageError('InvalidRequest', 'The body must be a JSON object.');
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.length ? `body/${issue.path.join('/')}: ` : 'body: ';
  throw new StorageError('InvalidRequest', `${place}${issue?.message ?? 'is not what it should be'}`);
}
