/* global process */
/** Runs a command of server/main.ts from the bundle: `node server/launch.mjs start`. */
import { createRequire } from 'node:module';
import { findBundle, makeBundle } from './bundle/make.mjs';
import { openBundle } from './bundle/open.mjs';

/** The bundle of the sources as they are, made anew where it has to be; undefined where it cannot be written. */
async function bundled() {
  try {
    return findBundle() ?? (await makeBundle());
  } catch (error) {
    // esbuild has said it.
    if (error.errors) process.exit(1);
    if (!['EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error;
    process.stderr.write(
      `dist/ has no bundle of these sources, and cannot be written (${error.code}): running the sources, which start slower. ` +
        'Run "npm run build" as who may write there.\n',
    );
    return undefined;
  }
}

const [name] = process.argv.splice(2, 1);
const file = await bundled();
if (file) {
  const { program, keepCompiled } = openBundle(file, name);
  process.once('exit', keepCompiled);
  await program.run(name);
  // What only a start needs, the engine forgets after a while.
  if (name === 'start') keepCompiled();
} else {
  // Compiles each file as it is read, and keeps nothing: where nothing can be written here, nothing may be elsewhere.
  process.env.TSX_DISABLE_CACHE ??= '1';
  await import('tsx');
  await createRequire(import.meta.url)('./main.ts').run(name);
}
