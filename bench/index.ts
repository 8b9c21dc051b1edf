/** `npm run bench`: measures what the targets promise, side by side with others. README.md says how to read it. */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { fail, say } from '../server/cli/command';
import { Fault, messageOf } from '../server/faults';
import { describeTarget } from './core/table';
import { writeReport } from './core/report';
import type { Bench, Row, Scenario } from './core/scenario';
import { startBenchCluster, type Cluster } from './machine/cluster';
import { SCENARIOS } from './scenarios/scenarios';
import { loadTierM, type TierM } from './tier/medium';

interface Options {
  quick?: boolean;
  only?: string;
  rounds?: string;
  seconds?: string;
}

function choose(only: string | undefined): Scenario[] {
  if (!only) return SCENARIOS;
  const chosen = SCENARIOS.filter(({ name }) => only.split(',').includes(name));
  if (chosen.length > 0) return chosen;
  throw new Fault(`There is no such scenario. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`);
}

async function run({ quick = false, only, rounds, seconds }: Options): Promise<void> {
  const at = new Date();
  const chosen = choose(only);
  let cluster: Promise<Cluster> | undefined;
  let tierM: Promise<TierM> | undefined;
  const bench: Bench = {
    quick,
    rounds: Number(rounds ?? (quick ? 2 : 5)),
    seconds: Number(seconds ?? (quick ? 0.2 : 4)),
    cluster: () => (cluster ??= startBenchCluster()),
    tierM: () => (tierM ??= bench.cluster().then(loadTierM)),
    say,
  };
  const rows: Row[] = [];
  let table = '';
  try {
    for (const scenario of chosen) {
      rows.push(...(await runScenario(bench, scenario)));
      // After each: what was measured is not lost with what comes after it.
      const minutes = (Date.now() - at.getTime()) / 60_000;
      table = await writeReport({ at, quick, only: only ? [only] : [], minutes, rows });
    }
  } finally {
    await (await cluster?.catch(() => undefined))?.stop();
  }
  say(`\n${table}`);
}

async function runScenario(bench: Bench, scenario: Scenario): Promise<Row[]> {
  const begun = performance.now();
  say(`${scenario.name}: ${scenario.about}`);
  const rows = await scenario.run(bench).catch((error: unknown) => [failedRow(scenario, error)]);
  // Over a minute, which is about what a scenario takes.
  const [load] = loadavg();
  for (const row of rows) row.load = load;
  for (const { name, figures, targets } of rows) {
    say(`  ${name}: ${figures.map(({ peer, text }) => `${peer} ${text}`).join('; ')}`);
    for (const target of targets) say(`    ${describeTarget(target)}`);
  }
  say(`  ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  return rows;
}

/** The others are measured all the same, and the bench ends as failed. */
function failedRow({ name, about }: Scenario, error: unknown): Row {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
  const figures = [{ peer: name, text: `failed: ${messageOf(error).slice(0, 200)}` }];
  return { name: about, unit: '', figures, targets: [], limit: '' };
}

// Programs that were started end with their parent, and the database by its guard.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

new Command('bench')
  .description('Measures the gateway side by side with others.')
  .option('--quick', 'all of it in under two minutes: less exact')
  .option('--only <names>', `of: ${SCENARIOS.map(({ name }) => name).join(', ')}`)
  .option('--rounds <number>', 'how often each does its part, in turns')
  .option('--seconds <number>', 'how long a round takes')
  .action((options: Options) => run(options))
  .parseAsync()
  // What a scenario left open must not keep a finished bench.
  .then(() => process.exit(process.exitCode ?? 0))
  .catch(fail);
