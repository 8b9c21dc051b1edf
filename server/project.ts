import path from 'node:path';

/** The folder of package.json. What runs lies in a folder of it, as sources (`server/`) and as a bundle (`dist/`). */
export const PROJECT = path.resolve(__dirname, '..');
