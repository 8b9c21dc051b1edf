import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { codeOf, Fault, messageOf } from '../../faults';

const schema = z.object({
  superuserPassword: z.string().min(1),
  ownerPassword: z.string().min(1),
  authenticatorPassword: z.string().min(1),
  jwtSecret: z.string().min(32),
});

export type EmbeddedSecrets = z.infer<typeof schema>;

/** Passwords of the embedded server and a secret for tokens, drawn once and kept for the owner's eyes only. */
export async function embeddedSecrets(dataDir: string): Promise<EmbeddedSecrets> {
  const file = path.join(dataDir, 'secrets.json');
  // What is there already is not drawn again; only its absence is no fault.
  if (existsSync(file)) return read(file, dataDir);
  const draw = () => randomBytes(32).toString('base64url');
  const fresh: EmbeddedSecrets = {
    superuserPassword: draw(),
    ownerPassword: draw(),
    authenticatorPassword: draw(),
    jwtSecret: draw(),
  };
  // Written aside and linked into place: of two that draw at once, the second reads what the first has
  // kept, and never half of it.
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(draft, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
    await link(draft, file);
    return fresh;
  } catch (error) {
    // From link: they are drawn already. From mkdir: a file stands where the folder should be.
    if (codeOf(error) !== 'EEXIST' || (error as NodeJS.ErrnoException).syscall === 'mkdir') {
      throw new Fault(
        `The data directory ${dataDir} cannot be used: ${messageOf(error)}. Set DATA_DIR to another one.`,
      );
    }
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  return read(file, dataDir);
}

async function read(file: string, dataDir: string): Promise<EmbeddedSecrets> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Fault(`The data directory ${dataDir} cannot be used: ${messageOf(error)}.`);
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Fault(
      `${file} is damaged. Without it the database in ${dataDir} cannot be opened: restore it.`,
    );
  }
}
