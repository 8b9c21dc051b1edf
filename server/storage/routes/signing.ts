import { z } from 'zod';
import type { Claims } from '../../auth/claims';
import { readObjectName } from '../names';
import { beginUpload, findObject, releaseUpload, rulesOf, type Place } from '../objects';
import { readTransform } from '../renditions/transform';
import { answerJson, type Asked } from './context';
import { readJson } from './json';
import { refuseVersion } from './versions';

/** As on Supabase: a signed upload may begin for so long. */
const UPLOAD_SECONDS = 7_200;
const SIGNED_AT_ONCE = 1_000;

const seconds = z.int().min(1);
const signBody = z.object({
  expiresIn: seconds,
  transform: z.record(z.string(), z.union([z.string(), z.number()])).nullish(),
  versionId: z.unknown().optional(),
});
const signManyBody = z.object({
  expiresIn: seconds,
  paths: z.array(z.string()).min(1).max(SIGNED_AT_ONCE),
});

/** A URL by which anybody reads the object, until it ends; of an object the caller may read himself. */
export async function sign(asked: Asked, place: Place): Promise<void> {
  const { expiresIn, transform, versionId } = await readJson(asked.request, signBody);
  refuseVersion(versionId);
  await findObject(asked.run, asked.caller, place);
  const wants = transform && Object.keys(transform).length > 0;
  if (wants) readTransform(transform);
  const token = await asked.signer.sign(
    { ...place, act: wants ? 'render' : 'read', ...(wants ? { transform } : {}) },
    expiresIn,
  );
  const route = wants ? 'render/image/sign' : 'object/sign';
  answerJson(asked.response, { signedURL: `/${route}/${rawPath(place)}?token=${token}` });
}

/** The same for many; one that is not there is told in its own entry. */
export async function signMany(asked: Asked, bucket: string): Promise<void> {
  const { expiresIn, paths } = await readJson(asked.request, signManyBody);
  const readable = await findMany(asked, bucket, paths);
  const signed = await Promise.all(
    paths.map(async (path) => {
      const name = nameOf(path);
      if (name === undefined || !readable.has(name)) {
        const error = 'Either the object does not exist or you do not have access to it';
        return { error, path, signedURL: null };
      }
      const place = { bucket, name };
      const token = await asked.signer.sign({ ...place, act: 'read' }, expiresIn);
      return { error: null, path, signedURL: `/object/sign/${rawPath(place)}?token=${token}` };
    }),
  );
  answerJson(asked.response, signed);
}

/** storage-js encodes what it gets: what is encoded already would be encoded twice. */
const rawPath = ({ bucket, name }: Place) => `${bucket}/${name.replace(/[?#]/g, encodeURIComponent)}`;

const nameOf = (path: string): string | undefined => {
  try {
    return readObjectName(path.replace(/^\/+/, ''));
  } catch {
    return undefined;
  }
};

async function findMany(asked: Asked, bucket: string, paths: string[]): Promise<Set<string>> {
  const names = paths.map(nameOf).filter((name) => name !== undefined);
  return asked.run(
    asked.caller,
    async (client) => {
      const rules = await rulesOf(client, bucket);
      if (!rules.public && asked.caller.claims.role === 'anon') return new Set();
      const { rows } = await client.query<{ name: string }>(
        rules.public
          ? 'select o.name from unnest($2::text[]) n cross join storage.public_object($1, n) o'
          : 'select name from storage.objects where bucket_id = $1 and name = any ($2)',
        [bucket, names],
      );
      return new Set(rows.map(({ name }) => name));
    },
    { readOnly: true },
  );
}

/** A token by which somebody else uploads there, once or again, with the rights of the caller. */
export async function signUpload(asked: Asked, place: Place): Promise<void> {
  const { run, caller, request, sizeMax } = asked;
  const upsert = request.headers['x-upsert'] === 'true';
  const { version } = await beginUpload(run, caller, place, { upsert, sizeMax, keepSeconds: 60 });
  await releaseUpload(run, caller, version);
  const claims = claimsToSign(caller.claims);
  const token = await asked.signer.sign({ ...place, act: 'upload', upsert, claims }, UPLOAD_SECONDS);
  answerJson(asked.response, { url: `/object/upload/sign/${rawPath(place)}?token=${token}`, token });
}

/** What decides, and nothing else of the caller's token: whoever has the URL can read it. */
export function claimsToSign({ role, sub, worker_id }: Claims): Pick<Claims, 'role' | 'sub' | 'worker_id'> {
  return { role, ...(sub === undefined ? {} : { sub }), ...(worker_id === undefined ? {} : { worker_id }) };
}
