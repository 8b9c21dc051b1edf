import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execute, startProgram } from '../helpers/process';
import { copyProject } from '../helpers/projectCopy';

/** How commands are started: from one file, which is always that of the sources as they are. */
let copy: string;
const bundles = async () => {
  const names = await readdir(path.join(copy, 'dist'));
  return names.filter((name) => name.endsWith('.cjs'));
};
const compiled = async () =>
  (await readdir(path.join(copy, 'dist'))).filter((name) => name.endsWith('.compiled'));

async function launch(words: string[], account?: { uid: number; gid: number }) {
  const program = startProgram(process.execPath, [path.join(copy, 'server/launch.mjs'), ...words], {
    ...{ cwd: copy, account, env: {} },
  });
  const { code } = await program.exit;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}
const HELP = ['token', '--help'];
async function edit(from: string, to: string): Promise<void> {
  const file = path.join(copy, 'server/cli/token.ts');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

beforeAll(async () => {
  copy = await copyProject();
});

test('what was bundled is run as it is, and what the engine compiled of it is kept', async () => {
  const before = await bundles();
  await execute('sh', ['-c', 'rm -f dist/*.compiled'], { cwd: copy });
  const first = await launch(HELP);
  expect(first).toEqual({ code: 0, stdout: expect.stringContaining('Prints a token') as string, stderr: '' });
  expect(await compiled()).toEqual([expect.stringMatching(/^gateway-\w+\.cjs\.token-\d+\.compiled$/)]);
  expect(await launch(HELP)).toEqual(first);
  expect(await bundles()).toEqual(before);
});

test('half of what was compiled is not believed', async () => {
  const [name = ''] = await compiled();
  await truncate(path.join(copy, 'dist', name), 100_000);
  expect(await launch(HELP)).toMatchObject({ code: 0, stderr: '' });
  expect((await readFile(path.join(copy, 'dist', name))).length).toBeGreaterThan(100_000);
});

test('an edited source is bundled anew, and what was there before goes', async () => {
  const before = await bundles();
  await edit('Prints a token', 'Writes a token');
  // At once, as gateways are.
  const all = await Promise.all([launch(HELP), launch(HELP), launch(HELP)]);
  for (const each of all) {
    expect(each).toMatchObject({ code: 0, stderr: '' });
    expect(each.stdout).toContain('Writes a token');
  }
  const after = await bundles();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  expect((await compiled()).every((name) => name.startsWith(after[0] ?? ''))).toBe(true);
});

test('so it is with another version of a package', async () => {
  const before = await bundles();
  await execute('sh', ['-c', 'echo >> package-lock.json'], { cwd: copy });
  expect(await launch(HELP)).toMatchObject({ code: 0, stderr: '' });
  expect(await bundles()).not.toEqual(before);
});

test('a source that cannot be compiled is named, with its place', async () => {
  await edit('Writes a token', "Writes a' token");
  const { code, stderr } = await launch(HELP);
  expect(code).toBe(1);
  expect(stderr).toMatch(/server\/cli\/token\.ts:\d+:\d+/);
  await edit("Writes a' token", 'Signs a token');
});

test('without a bundle, and where none can be written, the sources run, and it is said', async () => {
  await execute('sh', ['-c', 'rm -rf dist && mkdir dist'], { cwd: copy });
  await chmod(path.join(copy, 'dist'), 0o555);
  await chmod(copy, 0o755);
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  const { code, stdout, stderr } = await launch(HELP, account);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^dist\/ has no bundle .*EACCES/) as string,
  });
  expect(stdout).toContain('Signs a token');
  expect(await readdir(path.join(copy, 'dist'))).toEqual([]);
});

test('a command that is not there is refused, with the names of those that are', async () => {
  await chmod(path.join(copy, 'dist'), 0o755);
  const { code, stderr } = await launch(['stop']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/There is no command stop: start, token, /);
});
