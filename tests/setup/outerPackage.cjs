'use strict';
const { createHash } = require('node:crypto');
const { compileFunction } = require('node:vm');

/** In a function of its own, so that its 'use strict' is one. */
function asItIs(source, file) {
  try {
    compileFunction(source);
  } catch {
    const message = `${file} is no CommonJS: outside of test files it cannot be loaded.`;
    return `throw new Error(${JSON.stringify(message)});`;
  }
  return `(function () {${source}\n}).call(module.exports);`;
}

/**
 * In the place of a package's file: what Node makes of it, once for each of Jest's processes. Jest's own start and end
 * run outside of test files, where a file is itself.
 */
module.exports = {
  process: (source, file) => ({
    code: `if (globalThis.requireOnce) module.exports = globalThis.requireOnce(${JSON.stringify(file)});
else ${asItIs(source, file)}`,
  }),
  // Jest keeps what comes of it by this alone.
  getCacheKey: (source, file) =>
    createHash('sha1').update(`${process.version} 2 ${file}\n${source}`).digest('hex'),
};
