import { chmod, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TEST_SECRET } from '../helpers/actors';
import { execute, PROJECT, startProgram } from '../helpers/process';
import { copyProject } from '../helpers/projectCopy';

/** How commands are started: from one file, which is always that of the sources as they are. */
let copy: string;
let dist: string;
const named = async (ending: string) => (await readdir(dist)).filter((name) => name.endsWith(ending));
const latest = async () =>
  JSON.parse(await readFile(path.join(dist, 'latest.json'), 'utf8')) as { mark: string; sources: string[] };

const bundle = async () => path.join(dist, `gateway-${(await latest()).mark}.cjs`);

async function launch(words: string[], account?: { uid: number; gid: number }) {
  const program = startProgram(process.execPath, [path.join(copy, 'server/launch.mjs'), ...words], {
    ...{ cwd: copy, account, env: { JWT_SECRET: TEST_SECRET } },
  });
  const { code } = await program.exit;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}
const TOKEN = ['token', '--role', 'service_role'];
const HELP = ['token', '--help'];
const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
async function edit(from: string, to: string): Promise<void> {
  const file = path.join(copy, 'server/cli/token.ts');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

beforeAll(async () => {
  copy = await copyProject();
  dist = path.join(copy, 'dist');
  await chmod(copy, 0o755);
  await execute('sh', ['-c', 'rm -f dist/*.compiled'], { cwd: copy });
});

test('what was bundled is run as it is, and what the engine compiled of it is kept and used', async () => {
  const { mark } = await latest();
  expect(await launch(HELP)).toMatchObject({ code: 0, stderr: '' });
  // Of help alone nothing is kept.
  expect(await named('.compiled')).toEqual([]);
  const first = await launch(TOKEN);
  expect(first).toEqual({ code: 0, stdout: expect.stringMatching(/^ey/) as string, stderr: '' });
  const [name = ''] = await named('.compiled');
  expect(name).toMatch(/^gateway-\w+\.cjs\.token-\d+\.compiled$/);
  const { ino } = await stat(path.join(dist, name));
  expect(await launch(TOKEN)).toMatchObject({ code: 0, stderr: '' });
  expect((await stat(path.join(dist, name))).ino).toBe(ino);
  expect((await latest()).mark).toBe(mark);
});

test('half of what was compiled is not believed', async () => {
  const [name = ''] = await named('.compiled');
  await truncate(path.join(dist, name), 100_000);
  expect(await launch(TOKEN)).toMatchObject({ code: 0, stderr: '' });
  expect((await stat(path.join(dist, name))).size).toBeGreaterThan(100_000);
});

test('nor is half of a bundle', async () => {
  await truncate(await bundle(), 100_000);
  expect(await launch(TOKEN)).toMatchObject({ code: 0, stderr: '' });
  expect((await stat(await bundle())).size).toBeGreaterThan(1_000_000);
});

test('an edited source is bundled anew, and what is old goes', async () => {
  const { mark } = await latest();
  await edit('Prints a token', 'Writes a token');
  const old = path.join(dist, 'gateway-0.cjs');
  await writeFile(old, '');
  await utimes(old, 0, 0);
  // At once, as gateways are.
  const all = await Promise.all([launch(HELP), launch(HELP), launch(HELP)]);
  for (const each of all) {
    expect(each).toMatchObject({ code: 0, stderr: '' });
    expect(each.stdout).toContain('Writes a token');
  }
  expect((await latest()).mark).not.toBe(mark);
  expect(await named('gateway-0.cjs')).toEqual([]);
  // Nor is anything half of them left.
  const rest = (await readdir(dist)).filter((name) => !/^gateway-\w+\.cjs(\.[\w-]+\.compiled)?$/.test(name));
  expect(rest).toEqual(['latest.json']);
});

test('so it is when a package is another', async () => {
  const { mark, sources } = await latest();
  for (const name of ['graphql', 'pg', '@tus/s3-store', 'esbuild'])
    expect(sources).toContainEqual(
      expect.stringMatching(new RegExp(`(^|/)node_modules/${name}/package\\.json$`)),
    );
  await execute('sh', ['-c', 'echo >> package.json'], { cwd: copy });
  expect(await launch(HELP)).toMatchObject({ code: 0, stderr: '' });
  expect((await latest()).mark).not.toBe(mark);
});

test('a source that cannot be compiled is named, with its place', async () => {
  await edit('Writes a token', "Writes a' token");
  const { code, stderr } = await launch(HELP);
  expect(code).toBe(1);
  expect(stderr).toMatch(/server\/cli\/token\.ts:\d+:\d+/);
  expect(stderr).not.toMatch(/^\s+at /m);
  await edit("Writes a' token", 'Signs a token');
});

test('a command that is not there is refused, with the names of those that are', async () => {
  for (const name of ['stop', 'constructor', '../x'])
    expect(await launch([name])).toEqual({
      ...{ code: 64, stdout: '' },
      stderr: expect.stringMatching(/^There is no command ".+": start, token, .*\.\n$/) as string,
    });
});

test('who may not read what was compiled, or the bundle, is served all the same', async () => {
  expect(await launch(TOKEN)).toMatchObject({ code: 0, stderr: '' });
  const [compiled = ''] = await named('.compiled');
  await chmod(path.join(dist, compiled), 0);
  expect(await launch(TOKEN, other)).toMatchObject({ code: 0, stderr: '' });
  await chmod(await bundle(), 0);
  const { code, stderr } = await launch(TOKEN, other);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: other ? (expect.stringMatching(/^dist\/ has no bundle .*EACCES/) as string) : '',
  });
});

test('without a bundle, and where none can be written, the sources run, and it is said', async () => {
  await execute('sh', ['-c', 'rm -rf dist && mkdir dist && chmod 555 dist'], { cwd: copy });
  const { code, stdout, stderr } = await launch(HELP, other);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^dist\/ has no bundle .*EACCES/) as string,
  });
  expect(stdout).toContain('Signs a token');
  expect(await readdir(dist)).toEqual([]);
});

describe('the bundle of this project', () => {
  let text: string;
  beforeAll(async () => {
    const { mark } = JSON.parse(await readFile(path.join(PROJECT, 'dist/latest.json'), 'utf8')) as {
      mark: string;
    };
    text = await readFile(path.join(PROJECT, `dist/gateway-${mark}.cjs`), 'latin1');
  });

  test('is read one byte a letter, so it has none that takes two', () => {
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(/[^\0-\x7f]/.exec(text)).toBeNull();
    // An expression of the sample data, which esbuild does not escape.
    expect(text).toContain(String.raw`/^.*[\u2014\u00b7] ?/`);
  });

  test('has no package twice: none of what is left out is in it', async () => {
    const inside = new Set(
      [...text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name ?? ''),
    );
    expect(inside.size).toBeGreaterThan(100);
    const outside = new Set<string>();
    const visit = async (name: string) => {
      // What stands for Node's own in browsers is not read here.
      if (outside.has(name) || ['stream-browserify', 'buffer'].includes(name)) return;
      outside.add(name);
      const file = path.join(PROJECT, 'node_modules', name, 'package.json');
      const { dependencies = {} } = JSON.parse(await readFile(file, 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      for (const each of Object.keys(dependencies)) await visit(each);
    };
    for (const name of ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', 'sharp']) await visit(name);
    // Functions alone.
    const harmless = ['tslib', 'semver'];
    expect([...outside].filter((name) => inside.has(name) && !harmless.includes(name))).toEqual([]);
  });
});
