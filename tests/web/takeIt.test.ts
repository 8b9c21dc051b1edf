import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readPage } from '../helpers/markdown';
import { emptyFolder, execute, PROJECT } from '../helpers/process';

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

test('what docs/frontend.md says to take is typed and builds, in a folder of its own', async () => {
  const [page, folder] = await Promise.all([readPage('docs/frontend.md'), emptyFolder()]);
  const run = async (program: string, words: string[]) => {
    const done = execute(program, words, { cwd: folder, env: { ...process.env, REIGH: PROJECT } });
    // What a compiler found stands in what it printed.
    const { stdout } = await done.catch((error: Error & { stdout?: string }) => {
      throw new Error(`${error.message}\n${error.stdout ?? ''}`);
    });
    return stdout;
  };
  const write = (file: string, block: string) => writeFile(path.join(folder, file), page.code(block));

  await run('sh', ['-euc', page.code('copy')]);
  await symlink(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'));
  await write('tsconfig.json', 'tsconfig');
  await write('web/src/graphql/projects.graphql', 'document');
  await write('web/src/main.tsx', 'component');
  await run('npm', ['run', 'codegen']);
  expect(await readFile(path.join(folder, 'web/src/graphql/hooks.ts'), 'utf8')).toContain(
    "'ProjectNames', ['Project']",
  );
  await run(process.execPath, ['node_modules/typescript/bin/tsc']);

  const { dependencies, devDependencies } = JSON.parse(
    await readFile(path.join(PROJECT, 'package.json'), 'utf8'),
  ) as Manifest;
  const versions = [...page.code('install').matchAll(/ (@?[\w./-]+)@(\S+)/g)].map(
    ([, name = '', version]) => [name, version],
  );
  expect(versions.length).toBeGreaterThan(10);
  const ours = { ...dependencies, ...devDependencies };
  expect(versions).toEqual(versions.map(([name = '']) => [name, ours[name]]));
  expect(page.unused()).toEqual([]);
});
