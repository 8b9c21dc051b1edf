import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { emptyFolder, execute, PROJECT } from './process';

const PARTS = [
  ...['server', 'migrations', 'schema', 'current.sql', 'package.json', 'tsconfig.json', '.gmrc'],
  // What commands run from, and what tells that it is of these sources.
  ...['dist', 'web/src/graphql/generated.ts'],
];

/** The project in a folder of its own, for what writes into it. Its node_modules are this one's. */
export async function copyProject(): Promise<string> {
  const copy = await emptyFolder();
  await execute('cp', ['-a', '--parents', ...PARTS, copy], { cwd: PROJECT });
  await symlink(path.join(PROJECT, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}
