import { StorageError } from '../errors';
import { findSigned, findWithBucket, startingWith, type Place, type StoredObject } from '../objects';
import type { ServedFacts } from '../served';
import type { Signed, SignedAct } from '../signing';
import type { Asked } from './context';

/** By which right an object is read, and how it is looked up, again when it was replaced meanwhile. */
export interface Serving {
  access: ServedFacts['access'];
  find(): Promise<StoredObject>;
}

/** @throws StorageError NoSuchBucket, NoSuchKey */
export async function serveToCaller({ run, caller }: Asked, place: Place): Promise<Serving> {
  const first = await findWithBucket(run, caller, place);
  return {
    access: first.isPublic ? 'public' : 'authenticated',
    find: startingWith(first.object, async () => (await findWithBucket(run, caller, place)).object),
  };
}

/** To whoever has the address, until it ends. @throws as verifySigned */
export async function serveSigned(
  asked: Asked,
  place: Place,
  act: SignedAct,
): Promise<Serving & { signed: Signed }> {
  const signed = await verifySigned(asked, place, act);
  return {
    signed,
    access: { signedUntil: new Date(signed.exp * 1000) },
    find: () => findSigned(asked.run, asked.caller, place),
  };
}

/** What the token of an address was signed for. @throws StorageError InvalidSignature, InvalidJWT */
export async function verifySigned(
  { query, signer }: Asked,
  place: Place,
  act: SignedAct,
): Promise<Signed & { exp: number }> {
  if (!query.token) throw new StorageError('InvalidSignature', 'The token of the signed URL is missing.');
  return signer.verify(query.token, { ...place, act });
}
