import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { place } from './make.mjs';

/**
 * Runs a bundle as a module. What the engine compiled of it is kept for the next run of the same command by the same engine, with the same flags on such a
 * processor: a fifth of a start.
 * @returns what it exports; and what keeps that, once, unless it was there
 */
export function openBundle(file, command) {
  const compiled = `${file}.${command}-${cachedDataVersionTag()}.compiled`;
  const cachedData = readOrNothing(compiled);
  // One byte each, which is read fastest: only comments have letters that are not ASCII.
  const script = new Script(Module.wrap(readFileSync(file, 'latin1')), { filename: file, cachedData });
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(module.exports, module.exports, createRequire(file), module, file, path.dirname(file));
  let isKept = cachedData !== undefined && !script.cachedDataRejected;
  const keepCompiled = () => {
    if (isKept) return;
    isKept = true;
    try {
      place(compiled, script.createCachedData());
    } catch (error) {
      // Without it the next start takes longer, and that is all.
      if (error.code === undefined) throw error;
    }
  };
  return { program: module.exports, keepCompiled };
}

function readOrNothing(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
