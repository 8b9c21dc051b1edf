import { createSigner, type Signed } from '../../server/storage/signing';
import { alice, bob, TEST_SECRET } from '../helpers/actors';
import { query, text } from './hostileRequests';
import type { Attack } from './hostileWorld';

const authorization = (name: string, value: string | string[], told = 'InvalidJWT'): Attack => ({
  ...query(`/object/training-data/${text}`, told, { headers: { authorization: value } }),
  name: `a token: ${name}`,
});

/** Tokens that were signed by whoever has the secret, but for something else. */
export async function tokenAttacks(
  access: string,
  used: { read: string; upload: string },
): Promise<Attack[]> {
  const place = { bucket: 'training-data', name: text };
  const sign = (changes: Partial<Signed>, at = Date.now()) =>
    createSigner(TEST_SECRET, () => at).sign({ ...place, act: 'read', ...changes }, 60);
  const HOUR_AGO = Date.now() - 3_600_000;
  const read = (
    name: string,
    token: string,
    told: string,
    of = `training-data/${text}`,
    route = 'object/sign',
  ): Attack => ({
    ...query(`/${route}/${of}?token=${token}`, told, { as: 'nobody' }),
    name: `a signed URL: ${name}`,
  });
  const put = (
    name: string,
    token: string,
    told: string,
    of = `training-data/${alice.id}/new.txt`,
  ): Attack => ({
    name: `a signed upload: ${name}`,
    sent: { method: 'PUT', path: `/object/upload/sign/${of}?token=${token}`, body: 'words', as: 'nobody' },
    told,
  });
  const uploads = {
    act: 'upload',
    name: `${alice.id}/new.txt`,
    claims: { role: 'authenticated', sub: alice.id },
  } as const;
  const [header = '', payload = '', signature = ''] = used.read.split('.');
  const altered = (changes: object) =>
    Buffer.from(
      JSON.stringify({ ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...changes }),
    ).toString('base64url');
  const none = Buffer.from('{"alg":"none","typ":"storage-url+jwt"}').toString('base64url');
  return [
    read('expired', await sign({}, HOUR_AGO), 'InvalidJWT'),
    read('of another name', used.read, 'InvalidSignature', `training-data/${bob.id}/kept.txt`),
    read('of another bucket', used.read, 'InvalidSignature', `public/${text}`),
    read('of an upload', used.upload, 'InvalidSignature'),
    read('of the object, for its rendition', used.read, 'InvalidSignature', undefined, 'render/image/sign'),
    read('of a rendition, for the object', await sign({ act: 'render' }), 'InvalidSignature'),
    read('none', '', 'InvalidSignature'),
    read('a token of access', access, 'InvalidJWT'),
    read(
      'of another secret',
      await createSigner('x'.repeat(64)).sign({ ...place, act: 'read' }, 60),
      'InvalidJWT',
    ),
    read('without its signature', `${header}.${payload}.`, 'InvalidJWT'),
    read('by the algorithm none', `${none}.${payload}.`, 'InvalidJWT'),
    read('that was made to last', `${header}.${altered({ exp: 4_000_000_000 })}.${signature}`, 'InvalidJWT'),
    read(
      'that was made for another',
      `${header}.${altered({ name: `${bob.id}/kept.txt` })}.${signature}`,
      'InvalidJWT',
      `training-data/${bob.id}/kept.txt`,
    ),
    read('of 9,000 characters', 'a'.repeat(9_000), 'InvalidJWT'),
    read('a second one that is right', `a.b.c&token=${used.read}`, 'InvalidJWT'),
    read(
      'of what is gone',
      await sign({ name: `${alice.id}/gone.txt` }),
      'NoSuchKey',
      `training-data/${alice.id}/gone.txt`,
    ),
    put('expired', await sign(uploads, Date.now() - 8_000_000), 'InvalidJWT'),
    put('of reading', used.read, 'InvalidSignature'),
    put('of another name', await sign(uploads), 'InvalidSignature', `training-data/${alice.id}/other.txt`),
    put('a token of access', access, 'InvalidJWT'),
    put('of nobody', await sign({ ...uploads, claims: undefined }), 'InvalidSignature'),
    put(
      'of one who may not any more',
      await sign({ ...uploads, claims: { role: 'authenticated', sub: bob.id } }),
      'AccessDenied',
    ),
    put(
      'onto what is there',
      await sign({ ...uploads, name: text }),
      'KeyAlreadyExists',
      `training-data/${text}`,
    ),
    authorization('a signed URL’s', `Bearer ${used.read}`),
    authorization('two of them', [`Bearer ${access}`, `Bearer ${access}`], 'InvalidRequest'),
    authorization('a name and a password', 'Basic YTpi'),
    authorization('nothing behind Bearer', 'Bearer'),
    authorization('two in one', `Bearer ${access} ${access}`),
    authorization('by the algorithm none', `Bearer ${none}.${access.split('.')[1]}.`),
    authorization('with another signature', `Bearer ${access.slice(0, -4)}AAAA`),
  ];
}
