/* global process */
import { accessSync, constants, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { place } from './make.mjs';

/**
 * Runs a bundle as a module, with what the engine compiled of it when it ran last: the same command, by the same version of
 * the engine, with the same flags, on such a processor. That is a fifth of a start.
 * @returns what it exports; and what keeps what was compiled, once, unless it was there
 * @throws where it cannot be read
 */
export function openBundle(file, command) {
  const compiled = `${file}.${command.replace(/\W/g, '-')}-${cachedDataVersionTag()}.compiled`;
  const cachedData = readOrNothing(compiled);
  const script = new Script(Module.wrap(readFileSync(file, 'latin1')), { filename: file, cachedData });
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(module.exports, module.exports, createRequire(file), module, file, path.dirname(file));
  let isKept = cachedData !== undefined && !script.cachedDataRejected;
  const keepCompiled = () => {
    // Help has been through little of a command.
    if (isKept || process.argv.includes('--help')) return;
    isKept = true;
    try {
      accessSync(path.dirname(file), constants.W_OK);
      place(compiled, script.createCachedData());
    } catch (error) {
      // Without it the next start takes longer, and that is all.
      if (error.code === undefined) throw error;
    }
  };
  return { program: module.exports, keepCompiled };
}

/** Whatever is wrong with what was compiled: it can be done without. */
function readOrNothing(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
