/**
 * What the change log costs those who write: the same work with its triggers and without them, in turns, side by
 * side in one run, on a server of its own in a temporary folder.
 *
 *   node --import tsx bench/realtime/writers.ts [--rounds 5] [--seconds 3] [--only <part of a name>]
 *
 * `rounds` pairs of rounds, each of `seconds` after a short start that does not count. Takes
 * scenarios × rounds × 2 × seconds, 4 minutes as it is, and ends by itself.
 *
 * How to read it: `on` and `off` are medians of transactions per second, `left` the median of on / off of neighbouring
 * rounds. `server` is what a transaction takes of the database's processors; it hardly depends on who else uses the
 * machine, and on what the client does for each transaction not at all: its ratio is the harder one.
 */
import { Command } from 'commander';
import { fail, say } from '../../server/cli/command';
import { openBenchDatabase } from './database';
import { compare, median, type Round } from './rounds';
import { scenariosOf, type Scenario } from './scenarios';

interface Options {
  rounds: string;
  seconds: string;
  only?: string;
}

function row(scenario: Scenario, on: Round[], off: Round[]): string {
  const speed = (rounds: Round[]) => median(rounds.map(({ perSecond }) => perSecond));
  const cpu = (rounds: Round[]) => median(rounds.map((round) => round.cpu ?? NaN));
  const left = median(on.map((round, n) => round.perSecond / (off[n]?.perSecond ?? NaN)));
  const cells = [
    scenario.name.padEnd(38),
    ...[speed(on), speed(off)].map((value) => value.toFixed(value < 100 ? 2 : 0).padStart(8)),
    left.toFixed(2).padStart(6),
    (scenario.target === undefined ? '' : `≥ ${scenario.target.toFixed(2)}`).padStart(8),
    ...[cpu(on), cpu(off), cpu(on) - cpu(off)].map((value) => value.toFixed(0).padStart(8)),
    (cpu(off) / cpu(on)).toFixed(2).padStart(6),
  ];
  return cells.join(' ');
}

async function measure({ rounds, seconds, only = '' }: Options): Promise<void> {
  const database = await openBenchDatabase();
  try {
    say(
      `${' '.repeat(38)} ${'on/s'.padStart(8)} ${'off/s'.padStart(8)} ${'left'.padStart(6)} ${'target'.padStart(8)} ` +
        `${'on'.padStart(8)} ${'off'.padStart(8)} ${'cost'.padStart(8)} ${'left'.padStart(6)}  (server, µs)`,
    );
    for (const scenario of await scenariosOf(database)) {
      if (!scenario.name.includes(only)) continue;
      const modes = [() => database.log(true), () => database.log(false)];
      const [on = [], off = []] = await compare(database, scenario, modes, Number(rounds), Number(seconds));
      say(row(scenario, on, off));
    }
  } finally {
    await database.close();
  }
}

const command = new Command('writers')
  .description('What the change log costs those who write.')
  .option('--rounds <number>', 'pairs of rounds', '5')
  .option('--seconds <number>', 'how long a round takes', '3')
  .option('--only <text>', 'only scenarios with this in their name')
  .action((options: Options) => measure(options));
command.parseAsync().catch(fail);
