import { differenceOf } from '../core/equality';
import type { Bench, Figure, Row, Scenario, Target } from '../core/scenario';
import { atLeast, unmeasured } from '../core/scenario';
import { median, medianRatio, percentile } from '../core/statistics';
import { chanceOf } from '../load/chance';
import { ask, load, type Ask } from '../load/requests';
import type { Cluster } from '../machine/cluster';
import { processorOf, processorOfChildren, spentBetween } from '../machine/processor';
import { describeShares } from '../machine/profile';
import { install } from '../peers/install';
import { draw, FLOOR, GATEWAY, startReaders, STOCK4, STOCK5, type Missing, type Reader } from './readers';
import { SCREENS, type Screen } from './screens';

const CONNECTIONS = 16;
const WARM_MS = 200;
/** So many different requests, so that no answer is only one that was just given. */
const DRAWN = 200;

interface Round {
  perSecond: number;
  p95: number;
  /** Processor time of each request, in ms: the server's, and the database's for it. */
  server: number;
  database: number;
}

export const reads: Scenario = {
  name: 'reads',
  about: 'GalleryPage, ShotEditor, ShotsPane, Lightbox, one row by id: requests/s at 16 connections',
  run: async (bench) => {
    // While the tier is loaded. Whoever cannot be had is named below.
    void install('postgraphile5').catch(() => undefined);
    const tier = await bench.tierM();
    const { readers, missing } = await startReaders(tier);
    try {
      const rows: Row[] = [];
      for (const screen of SCREENS) rows.push(await measure(bench, screen, readers, missing));
      return rows;
    } finally {
      await Promise.all(readers.map(({ server }) => server.stop()));
    }
  },
};

/** @throws when two of them answer with different data */
async function compareAnswers(screen: Screen, readers: Reader[], count: number): Promise<void> {
  const drawn = draw(screen, count, chanceOf(count));
  const asks = await Promise.all(readers.map((reader) => reader.asks(screen, drawn)));
  for (let n = 0; n < count; n++) {
    const answers = await Promise.all(
      asks.map(async (each) => JSON.parse((await ask(each[n] as Ask)).toString()) as unknown),
    );
    answers.forEach((answer, other) => {
      const difference = differenceOf(answers[0], answer);
      if (difference)
        throw new Error(
          `${screen.name} ${JSON.stringify(drawn[n]?.variables)}: ${readers[0]?.name} and ${readers[other]?.name} differ in ${difference}`,
        );
    });
  }
}

async function measure(bench: Bench, screen: Screen, readers: Reader[], missing: Missing[]): Promise<Row> {
  const cluster = await bench.cluster();
  const compared = bench.quick ? 4 : 100;
  await compareAnswers(screen, readers, compared);
  const drawn = draw(screen, DRAWN, chanceOf(7));
  const asks = new Map<Reader, Ask[]>();
  for (const reader of readers) asks.set(reader, await reader.asks(screen, drawn));

  // Until the engine has compiled what is asked for over and over.
  for (const each of asks.values()) await load(each, CONNECTIONS, bench.quick ? 120 : 3000);
  const rounds = new Map<string, Round[]>(readers.map(({ name }) => [name, []]));
  for (let turn = 0; turn < bench.rounds; turn++)
    for (const reader of turn % 2 ? readers.toReversed() : readers)
      rounds.get(reader.name)?.push(await oneRound(cluster, reader, asks.get(reader) ?? [], bench));
  return {
    name: screen.name,
    unit: 'requests/s',
    figures: [
      ...readers.map(({ name }) => figureOf(name, rounds.get(name) ?? [])),
      ...missing.map(missingFigure),
    ],
    targets: targetsOf(screen, rounds, missing),
    limit: await limitOf(bench, readers, asks, rounds),
    details: { compared, rounds: Object.fromEntries(rounds) },
  };
}

async function oneRound(
  cluster: Cluster,
  reader: Reader,
  asks: Ask[],
  { quick, seconds }: Bench,
): Promise<Round> {
  if (!quick) await load(asks, CONNECTIONS, WARM_MS);
  const before = await Promise.all([processorOf(reader.server.pid), processorOfChildren(cluster.pid())]);
  const { perSecond, latencies } = await load(asks, CONNECTIONS, seconds * 1000);
  const after = await Promise.all([processorOf(reader.server.pid), processorOfChildren(cluster.pid())]);
  return {
    perSecond,
    p95: percentile(latencies, 0.95),
    server: (after[0] - before[0]) / latencies.length,
    database: spentBetween(before[1], after[1]) / latencies.length,
  };
}

const of = (rounds: Round[], value: (round: Round) => number) => median(rounds.map(value));

function figureOf(peer: string, rounds: Round[]): Figure {
  const value = of(rounds, (round) => round.perSecond);
  return {
    peer,
    value,
    text: `${value.toFixed(0)}/s, p95 ${of(rounds, (round) => round.p95).toFixed(0)} ms`,
  };
}

export const missingFigure = ({ name, why }: Missing): Figure => ({ peer: name, text: `missing: ${why}` });

function targetsOf({ wanted }: Screen, rounds: Map<string, Round[]>, missing: Missing[]): Target[] {
  const speed = (name: string) => (rounds.get(name) ?? []).map(({ perSecond }) => perSecond);
  const against: [string, number][] = [
    [FLOOR, wanted.floor],
    [STOCK4, wanted.stock4],
    [STOCK5, wanted.stock5],
  ];
  return against.map(([name, least]) =>
    missing.some((each) => each.name === name)
      ? unmeasured(`≥ ${least} × ${name}`, 'missing')
      : atLeast(least, ` × ${name}`, medianRatio(speed(GATEWAY), speed(name))),
  );
}

/** What a request costs where, of ours and of the floor, and what the gateway's own part is spent on. */
async function limitOf(
  bench: Bench,
  readers: Reader[],
  asks: Map<Reader, Ask[]>,
  rounds: Map<string, Round[]>,
): Promise<string> {
  const [gateway] = readers;
  if (!gateway) return '';
  const cost = (name: string) => {
    const each = rounds.get(name) ?? [];
    return `${of(each, (round) => round.server).toFixed(2)} + ${of(each, (round) => round.database).toFixed(2)}`;
  };
  const { shares } = await gateway.server.profile(() =>
    load(asks.get(gateway) ?? [], CONNECTIONS, bench.quick ? 200 : 3000),
  );
  const costs = readers.map(({ name }) => `${name} ${cost(name)}`).join(', ');
  return `processor, server + database, ms each: ${costs}. Gateway's part: ${describeShares(shares, 6)}`;
}
