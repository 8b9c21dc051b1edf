'use strict';

/**
 * In the place of a package's file: what Node makes of it, once for each of Jest's processes. Jest's start and end
 * run outside of test files, where a file is itself.
 */
module.exports = {
  process: (source, file) => ({
    code: `if (globalThis.requireOnce) module.exports = globalThis.requireOnce(${JSON.stringify(file)});
else { ${/^(import|export) /m.test(source) ? `throw new Error('an ES module')` : source}\n }`,
  }),
  getCacheKey: (_source, file) => Buffer.from(`1 ${file}`).toString('base64url'),
};
