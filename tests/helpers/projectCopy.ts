import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { emptyFolder, execute, PROJECT } from './process';

const PARTS = ['server', 'migrations', 'schema', 'current.sql', 'package.json', 'tsconfig.json', '.gmrc'];

/** The project in a folder of its own, for what writes into it. Its node_modules are this one's. */
export async function copyProject(): Promise<string> {
  const copy = await emptyFolder();
  await execute('cp', ['-a', ...PARTS.map((part) => path.join(PROJECT, part)), copy]);
  await symlink(path.join(PROJECT, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}
