import type { Figure, Row, Scenario } from '../core/scenario';
import { atLeast, atMost } from '../core/scenario';
import { median } from '../core/statistics';
import { gather, type Audience, type Pace } from '../load/delivery';
import { processorOf } from '../machine/processor';
import { describeShares } from '../machine/profile';

/** As fast as they are heard of. */
const FULL = { window: 2, every: 0 };
const SUPABASE: Figure = {
  peer: 'Supabase, as published',
  value: 4000,
  text: '4000/s, p95 606–918 ms (their machines)',
};

export const delivery: Scenario = {
  name: 'delivery',
  about: 'delivered messages/s under RLS, 500 and 4,000 subscribers, p95 commit → client',
  run: async (bench) => {
    const cluster = await bench.cluster();
    const rows: Row[] = [];
    for (const told of bench.quick ? [500] : [500, 4000]) {
      const audience = await gather(cluster, `delivery_${told}`, told, 0);
      try {
        rows.push(await measure(audience, told, bench.quick ? 1 : 6, bench.quick ? 1 : 3));
      } finally {
        await audience.close();
      }
    }
    return rows;
  },
};

async function measure(audience: Audience, told: number, seconds: number, rounds: number): Promise<Row> {
  const run = (pace: Omit<Pace, 'seconds'>) => audience.measure({ ...pace, seconds });
  await audience.measure({ ...FULL, seconds: 0.5 });
  const full = [];
  const used = await processorOf(audience.gateway.pid);
  for (let round = 0; round < rounds; round++) full.push(await run(FULL));
  const messages = full.reduce((sum, each) => sum + each.messages, 0);
  const each = (((await processorOf(audience.gateway.pid)) - used) / messages) * 1000;
  const perSecond = median(full.map((each) => each.perSecond));
  // At the rate that is promised and not at the most there is: at that, whatever comes waits.
  const every = (Math.min(told, 500) / 10_000) * 1000;
  const paced = [];
  for (let round = 0; round < rounds; round++) paced.push(await run({ window: 8, every }));
  const p95 = median(paced.map((each) => each.p95));
  const pacedRate = median(paced.map((each) => each.perSecond));
  const { shares, busy } = await audience.gateway.profile(() =>
    audience.measure({ ...FULL, seconds: Math.min(1.5, seconds) }),
  );
  const fullP95 = median(full.map((each) => each.p95));
  return {
    name: `changes delivered to ${told} subscribers`,
    unit: 'messages/s',
    figures: [
      {
        peer: 'gateway',
        value: perSecond,
        text: `${perSecond.toFixed(0)}/s, p95 ${fullP95.toFixed(0)} ms; at ${pacedRate.toFixed(0)}/s p95 ${p95.toFixed(0)} ms`,
      },
      SUPABASE,
    ],
    targets: [atLeast(10_000, '/s', perSecond), atMost(100, ' ms', p95, 0)],
    limit: `gateway's processor ${each.toFixed(0)} µs a message, of which one core has ${(1e6 / each).toFixed(0)} a second; writer ${(median(full.map((each) => each.writing)) * 100).toFixed(0)} % of the time; gateway busy ${(busy * 100).toFixed(0)} %: ${describeShares(shares, 5)}; its clients share the two cores`,
    details: { full, paced, processorUs: each },
  };
}

export const idle: Scenario = {
  name: 'idle',
  about:
    "idle subscribers' cost: event latency with 10, 1,000, 10,000 of them on other projects; memory of each",
  run: async (bench) => {
    const cluster = await bench.cluster();
    const crowds = bench.quick ? [10, 1000] : [10, 1000, 10_000];
    const open: [number, Audience][] = [];
    try {
      const gathered = await Promise.allSettled(
        crowds.map((crowd) => gather(cluster, `idle_${crowd}`, 10, crowd)),
      );
      for (const [n, crowd] of crowds.entries()) {
        const one = gathered[n];
        if (one?.status === 'fulfilled') open.push([crowd, one.value]);
      }
      for (const one of gathered) if (one.status === 'rejected') throw one.reason;
      const latencies = new Map<number, number[]>(crowds.map((crowd) => [crowd, []]));
      const pace = { window: 1, every: 20, seconds: bench.quick ? 0.3 : 4 };
      for (const [, audience] of open)
        await audience.measure({ ...pace, seconds: Math.min(0.5, pace.seconds) });
      for (let round = 0; round < bench.rounds; round++)
        for (const [crowd, audience] of round % 2 ? open.toReversed() : open)
          latencies.get(crowd)?.push((await audience.measure(pace)).p50);
      return [latencyRow(latencies), memoryRow(open)];
    } finally {
      for (const [, audience] of open) await audience.close();
    }
  },
};

function latencyRow(latencies: Map<number, number[]>): Row {
  const medians = [...latencies].map(([crowd, each]) => ({ crowd, value: median(each) }));
  const [least, most] = [medians[0]?.value ?? NaN, medians.at(-1)?.value ?? NaN];
  return {
    name: 'commit → client with idle subscribers on other projects',
    unit: 'ms, median',
    figures: medians.map(({ crowd, value }) => ({
      peer: `${crowd.toLocaleString('en')} idle`,
      value,
      text: `${value.toFixed(1)} ms`,
    })),
    targets: [
      // A millisecond is what the timers and the scheduler of this machine make of it.
      {
        wanted: 'flat',
        measured: `${(most - least).toFixed(1)} ms more`,
        isMet: most - least <= Math.max(1, 0.2 * least),
      },
    ],
    limit: 'a change is looked up by its project: those of others are not gone through',
    details: Object.fromEntries(latencies),
  };
}

function memoryRow(open: [number, Audience][]): Row {
  const [crowd, audience] = open.at(-1) ?? [0, undefined];
  const kilobytes = (audience?.memoryOfIdle ?? NaN) / 1000;
  return {
    name: `memory of an open subscription, at ${crowd.toLocaleString('en')}`,
    unit: 'kB',
    figures: [{ peer: 'gateway', value: kilobytes, text: `${kilobytes.toFixed(1)} kB` }],
    targets: [atMost(30, ' kB', kilobytes, 1)],
    limit: 'resident memory of the process before and after they connected, the socket itself included',
  };
}
