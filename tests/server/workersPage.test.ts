import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SAMPLE_USERS } from '../../server/sample/users';
import { service, TEST_SECRET, type User } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { atTheEnd, emptyFolder, PROJECT, startProgram } from '../helpers/process';
import { createSampleDatabase } from '../helpers/sampleDatabase';

let database: TestDatabase;
let gateway: TestGateway;
const owner: User = { kind: 'user', ...SAMPLE_USERS[0] };
beforeAll(async () => {
  database = await createSampleDatabase();
  gateway = await startTestGateway(database);
});
atTheEnd(async () => {
  await gateway.stop();
  await database.drop();
});

interface Step {
  commands: string;
  answer: string | undefined;
}

/** The page's commands, each with the answer that the page shows for it. */
async function readSteps(): Promise<Step[]> {
  const page = await readFile(path.join(PROJECT, 'docs/workers.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(bash|json)\n([\s\S]*?)^```$/gm)].map(([, kind, text = '']) => ({
    kind,
    text,
  }));
  return blocks.flatMap(({ kind, text }, i) => {
    const next = blocks[i + 1];
    return kind === 'bash' ? [{ commands: text, answer: next?.kind === 'json' ? next.text : undefined }] : [];
  });
}

/** What differs from run to run is made the same. Where it happened is left out of the page. */
function normalize(text: string): unknown {
  const same = text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)/g, 'TIME');
  return JSON.parse(same, (key, value: unknown) =>
    key === 'locations' || key === 'path' ? undefined : value,
  ) as unknown;
}

test('docs/workers.md can be followed with curl, and answers as it says', async () => {
  const steps = await readSteps();
  expect(steps.length).toBe(8);
  // The page's task is the only one that waits; the sample has older ones.
  await database.query(
    service,
    `update tasks set status = 'Cancelled' where status in ('Queued', 'In Progress')`,
  );
  await database.query(service, 'select grant_credits($1, 10)', [owner.id]);
  const [task] = await database.query<{ id: string }>(
    owner,
    `select e.id from enqueue_tasks((select id from projects limit 1), array[row(null, 'wan_2_2_t2i',
       '{"model": "wan-2.2", "prompt": "A lighthouse in fog"}', null, null, null)::task_request]) e`,
  );

  const cwd = await emptyFolder();
  for (const name of ['package.json', 'server', 'node_modules'])
    await symlink(path.join(PROJECT, name), path.join(cwd, name));
  const script = steps.map((step) => `${step.commands}echo '=== end of step'`).join('\n');
  await writeFile(
    path.join(cwd, 'page.sh'),
    `set -euo pipefail\n${script.replaceAll('http://127.0.0.1:5678', gateway.url)}\n`,
  );
  const shell = startProgram('bash', ['page.sh'], { cwd, env: { JWT_SECRET: TEST_SECRET } });
  expect([await shell.exit, shell.stderr().replace(/^npm warn.*\n/gm, '')]).toEqual([
    { code: 0, signal: null },
    '',
  ]);

  const printed = shell.stdout().split('=== end of step\n').slice(0, -1);
  expect(printed).toHaveLength(steps.length);
  const shown = steps.map(({ answer }) => (answer === undefined ? '' : normalize(answer)));
  expect(printed.map((text) => (text === '' ? '' : normalize(text)))).toEqual(shown);
  const [done] = await database.asOwner<{ status: string; worker_id: string; output_location: string }>(
    'select status, worker_id, output_location from tasks where id = $1',
    [task?.id],
  );
  expect(done).toEqual({
    status: 'Complete',
    worker_id: 'gpu-1',
    output_location: `public/${owner.id}/tasks/${task?.id}/1/fog.png`,
  });
});
