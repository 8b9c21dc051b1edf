import { RequestError } from '../errors';

const ACCEPTABLE = /^[\x20-\x7e]{1,200}$/;

/**
 * Which of a caller's windows or programs this is, in its own words: it goes with the changes it makes, so that it knows its own
 * again. Decides nothing.
 * @throws RequestError for what is no such word
 */
export function readClientId(given: unknown): string | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given === 'string' && ACCEPTABLE.test(given)) return given;
  throw new RequestError('INVALID_INPUT', 'A client id is 1 to 200 printable ASCII characters.');
}
