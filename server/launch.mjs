/* global process */
/** Runs a command of server/main.ts from the bundle: `node server/launch.mjs start`. */
import { createRequire } from 'node:module';
import { findBundle, makeBundle } from './bundle/make.mjs';
import { openBundle } from './bundle/open.mjs';

const [name = ''] = process.argv.splice(2, 1);

/** The bundle of the sources as they are, made anew where it has to be; undefined where it cannot be had. */
async function bundled() {
  try {
    return openBundle(findBundle() ?? (await makeBundle()), name);
  } catch (error) {
    // esbuild has said it.
    if (error.errors) process.exit(1);
    // What another one makes at this moment takes its place.
    if (error.code === 'ENOENT' && error.syscall === 'open') return openBundle(await makeBundle(), name);
    if (error.syscall === undefined) throw error;
    process.stderr.write(
      `dist/ has no bundle of these sources that can be read or written (${error.code}): running the sources, which start slower. ` +
        'Run "npm run build" as who may write there.\n',
    );
    return undefined;
  }
}

const opened = await bundled();
if (opened) {
  const { program, keepCompiled } = opened;
  // What failed has not been through all of it.
  process.once('exit', (code) => code === 0 && keepCompiled());
  await program.run(name);
  // What only a start needs, the engine forgets after a while.
  if (name === 'start' && !process.exitCode) keepCompiled();
} else {
  // Compiles each file as it is read, and keeps nothing: where nothing can be written here, nothing may be elsewhere.
  process.env.TSX_DISABLE_CACHE ??= '1';
  await import('tsx');
  await createRequire(import.meta.url)('./main.ts').run(name);
}
