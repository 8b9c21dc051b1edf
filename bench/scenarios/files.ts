import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../../server/faults';
import { withClient } from '../../server/postgres/setup';
import type { Bench, Figure, Row, Scenario } from '../core/scenario';
import { atLeast, unmeasured } from '../core/scenario';
import { median, medianRatio } from '../core/statistics';
import { authorizationOf } from '../load/tokens';
import { memoryOf, processorOf, processorOfChildren, spentBetween } from '../machine/processor';
import { describeShares } from '../machine/profile';
import type { Served } from '../machine/server';
import { startNginx, type Nginx } from '../peers/nginx';
import { makeBytes, receive, send, type Target } from '../storage/transfer';
import { serveGateway } from './readers';

const USER = '00000001-0000-4000-8000-0000000000f1';
const AT_ONCE = 4;
const LOOK_EVERY_MS = 20;

/** So many files of so many bytes. */
interface Load {
  name: string;
  count: number;
  bytes: number;
}

interface Place {
  gateway: Served;
  folder: string;
  nginx: Nginx | undefined;
  authorization: string;
}

export const files: Scenario = {
  name: 'files',
  about: 'upload and download 100 × 5 MB, 1 × 1 GB; memory; nginx serving the same files; cp',
  run: async (bench) => {
    const cluster = await bench.cluster();
    const urls = await cluster.create('files');
    const folder = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
    const gateway = await serveGateway(urls.auth, { STORAGE_DIR: path.join(folder, 'storage') });
    let why = '';
    const nginx = await startNginx(folder).catch((error: unknown) => {
      why = messageOf(error);
      return undefined;
    });
    try {
      await withClient(urls.owner, (owner) =>
        owner.query(`insert into users (id, email) values ($1, 'files@bench.example')`, [USER]),
      );
      const place = { gateway, folder, nginx, authorization: await authorizationOf(USER) };
      const loads: Load[] = bench.quick
        ? [
            { name: '12 × 5 MB', count: 12, bytes: 5_000_000 },
            { name: '1 × 100 MB', count: 1, bytes: 100_000_000 },
          ]
        : [
            { name: '100 × 5 MB', count: 100, bytes: 5_000_000 },
            { name: '1 × 1 GB', count: 1, bytes: 1_000_000_000 },
          ];
      const rows: Row[] = [];
      const grown: number[] = [];
      for (const load of loads) {
        const measured = await measure(bench, place, load, why);
        rows.push(...measured.rows);
        grown.push(measured.grown);
      }
      return [...rows, memoryRow(loads, grown)];
    } finally {
      await nginx?.stop();
      await gateway.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      await cluster.drop('files');
    }
  },
};

const megabytes = ({ count, bytes }: Load, seconds: number) => (count * bytes) / 1e6 / seconds;

async function measure(bench: Bench, place: Place, load: Load, why: string) {
  const { gateway, folder, nginx, authorization } = place;
  const names = Array.from({ length: load.count }, (_, n) => `${load.bytes}-${n}.bin`);
  const at = (name: string): Target => ({
    url: `${gateway.url}/storage/v1/object/lora_files/${USER}/${name}`,
    authorization,
  });
  const beside = (name: string): Target => ({ url: `${nginx?.url}/${name}`, authorization: '' });
  await mkdir(path.join(folder, 'files'), { recursive: true });
  for (const name of names) await writeFile(path.join(folder, 'files', name), makeBytes(load.bytes));

  const up: number[] = [];
  const copied: number[] = [];
  const down: number[] = [];
  const theirs: number[] = [];
  let grown = 0;
  const watched = async (work: () => Promise<unknown>) => {
    const { seconds, most } = await watch(gateway.pid, work);
    grown = Math.max(grown, most);
    return seconds;
  };
  // The first time is apart: what comes back is what was sent, and the process grows to the size that it works in.
  const [one = ''] = names;
  const sent = await send(at(one), load.bytes);
  if ((await receive(at(one))).sum !== sent.sum) throw new Error('What came back is something else.');
  for (let round = 0; round < bench.rounds; round++) {
    const turns = [
      async () =>
        up.push(await watched(() => inParallel(names, (name) => send(at(name), load.bytes, false)))),
      async () => copied.push(await timed(() => copyAll(folder, names))),
      async () => down.push(await watched(() => inParallel(names, (name) => receive(at(name), false)))),
      async () =>
        nginx && theirs.push(await timed(() => inParallel(names, (name) => receive(beside(name), false)))),
    ];
    for (const turn of round % 2 ? [2, 3, 0, 1] : [0, 1, 2, 3]) await turns[turn]?.();
  }
  const busiest = async (work: (name: string) => Promise<unknown>) => {
    const { busy, shares } = await gateway.profile(() => inParallel(names, work));
    return `gateway busy ${Math.round(busy * 100)} %: ${describeShares(shares)}`;
  };
  // The client takes as much as the server, and more than nginx does: what each server takes says what it leaves.
  const processorFor = async (used: () => Promise<number>, work: () => Promise<unknown>) => {
    const before = await used();
    await work();
    return `${(((await used()) - before) / ((load.count * load.bytes) / 1e9)).toFixed(0)} ms`;
  };
  const gatewayTakes = await processorFor(
    () => processorOf(gateway.pid),
    () => inParallel(names, (name) => receive(at(name), false)),
  );
  const nginxTakes =
    nginx &&
    (await processorFor(
      async () => spentBetween(new Map(), await processorOfChildren(nginx.pid)),
      () => inParallel(names, (name) => receive(beside(name), false)),
    ));
  const figure = (peer: string, seconds: number[]): Figure => {
    const value = megabytes(load, median(seconds));
    return { peer, value, text: `${value.toFixed(0)} MB/s` };
  };
  // Of times the smaller is the better one.
  const share = medianRatio(theirs, down);
  const rows: Row[] = [
    {
      name: `upload ${load.name}`,
      unit: 'MB/s',
      figures: [figure('gateway', up), figure('cp', copied)],
      targets: [],
      limit: await busiest((name) => send(at(name), load.bytes, false)),
      details: { up, copied },
    },
    {
      name: `download ${load.name}`,
      unit: 'MB/s',
      figures: [
        figure('gateway', down),
        nginx ? figure('nginx', theirs) : { peer: 'nginx', text: `missing: ${why}` },
      ],
      targets: [nginx ? atLeast(0.6, ' × nginx', share) : unmeasured('≥ 0.6 × nginx', 'missing')],
      limit: `processor a GB: gateway ${gatewayTakes}, nginx ${nginxTakes ?? 'missing'}; ${await busiest((name) => receive(at(name), false))}`,
      details: { down, theirs },
    },
  ];
  return { rows, grown };
}

function memoryRow(loads: Load[], grown: number[]): Row {
  const [few = NaN, large = NaN] = grown.map((bytes) => bytes / 1e6);
  return {
    name: 'memory of the gateway meanwhile',
    unit: 'MB more',
    figures: loads.map(({ name }, n) => {
      const value = (grown[n] ?? NaN) / 1e6;
      return { peer: name, value, text: `+${value.toFixed(0)} MB` };
    }),
    // Far less than a file of that size: it is not held.
    targets: [
      {
        wanted: 'flat in file size',
        measured: `${(large - few).toFixed(0)} MB more`,
        isMet: large - few < 50,
      },
    ],
    limit: 'resident memory at its largest, against that before each transfer',
  };
}

async function inParallel(names: readonly string[], work: (name: string) => Promise<unknown>): Promise<void> {
  const left = [...names];
  const next = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await work(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

async function copyAll(folder: string, names: readonly string[]): Promise<void> {
  const to = path.join(folder, 'copied');
  await mkdir(to, { recursive: true });
  await inParallel(names, (name) => copyFile(path.join(folder, 'files', name), path.join(to, name)));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** How long it took, and by how many bytes the process had grown at its largest. */
async function watch(pid: number, work: () => Promise<unknown>) {
  const before = await memoryOf(pid);
  let most = before;
  const looking = setInterval(
    () =>
      void memoryOf(pid).then(
        (now) => (most = Math.max(most, now)),
        () => undefined,
      ),
    LOOK_EVERY_MS,
  );
  const seconds = await timed(work).finally(() => clearInterval(looking));
  return { seconds, most: most - before };
}
