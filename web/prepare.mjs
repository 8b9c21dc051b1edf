// After `npm ci`: builds the studio, so that `npm start` has it. An installation without the packages of development
// serves what was built elsewhere, or the API alone.
import { createRequire } from 'node:module';

const fromHere = createRequire(import.meta.url);

function hasVite() {
  try {
    fromHere.resolve('vite/package.json');
    return true;
  } catch {
    return false;
  }
}

if (hasVite()) {
  const { build } = await import('vite');
  await build({ root: import.meta.dirname, logLevel: 'warn' });
}
