/** `npm run bench`: measures what the targets promise, side by side with others. README.md says how to read it. */
import { Command } from 'commander';
import { fail, say } from '../server/cli/command';
import { Fault } from '../server/faults';
import { describeTarget } from './core/table';
import { writeReport } from './core/report';
import type { Bench, Row, Scenario } from './core/scenario';
import { startBenchCluster, type Cluster } from './machine/cluster';
import { SCENARIOS } from './scenarios/scenarios';
import { loadTierM, type TierM } from './tier/medium';

interface Options {
  quick?: boolean;
  only?: string;
}

function choose(only: string | undefined): Scenario[] {
  if (!only) return SCENARIOS;
  const chosen = SCENARIOS.filter(({ name }) => only.split(',').includes(name));
  if (chosen.length > 0) return chosen;
  throw new Fault(`There is no such scenario. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`);
}

async function run({ quick = false, only }: Options): Promise<void> {
  const at = new Date();
  const chosen = choose(only);
  let cluster: Promise<Cluster> | undefined;
  let tierM: Promise<TierM> | undefined;
  const bench: Bench = {
    quick,
    rounds: quick ? 2 : 5,
    seconds: quick ? 0.5 : 4,
    cluster: () => (cluster ??= startBenchCluster()),
    tierM: () => (tierM ??= bench.cluster().then(loadTierM)),
    say,
  };
  const rows: Row[] = [];
  try {
    for (const scenario of chosen) rows.push(...(await runScenario(bench, scenario)));
  } finally {
    await (await cluster?.catch(() => undefined))?.stop();
  }
  const minutes = (Date.now() - at.getTime()) / 60_000;
  say(`\n${await writeReport({ at, quick, only: only ? [only] : [], minutes, rows })}`);
}

async function runScenario(bench: Bench, scenario: Scenario): Promise<Row[]> {
  const begun = performance.now();
  say(`${scenario.name}: ${scenario.about}`);
  const rows = await scenario.run(bench);
  for (const { name, figures, targets } of rows) {
    say(`  ${name}: ${figures.map(({ peer, text }) => `${peer} ${text}`).join('; ')}`);
    for (const target of targets) say(`    ${describeTarget(target)}`);
  }
  say(`  ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  return rows;
}

new Command('bench')
  .description('Measures the gateway side by side with others.')
  .option('--quick', 'all of it in less than two minutes: less exact')
  .option('--only <names>', `of: ${SCENARIOS.map(({ name }) => name).join(', ')}`)
  .action((options: Options) => run(options))
  .parseAsync()
  // What a scenario left open must not keep a finished bench.
  .then(() => process.exit(process.exitCode ?? 0))
  .catch(fail);
