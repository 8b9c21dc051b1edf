import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { alice, authorizationOf, gpu1, TEST_SECRET } from '../helpers/actors';
import { startHaproxy, type Balancer } from '../helpers/haproxy';
import { freePort } from '../helpers/pgbouncer';
import { atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { openWorld, runWorkload, SEED, type World } from '../helpers/streamWorld';
import { openStudio, type Studio } from '../helpers/studio';

// Two gateways behind a real HAProxy, which come and go under load.

/** `ROLLING_SECONDS=60` by hand. */
const SECONDS = Number(process.env.ROLLING_SECONDS ?? 5);
const CLIENTS = 8;
/** So few that gateways take them from the store one at a time: none lies unspent at the other. */
const ANON_MAX = 6;

let world: World;
let studio: Studio;
let balancer: Balancer;
let projectId: string;
const ports: number[] = [];
const gateways: GatewayProcess[] = [];

async function start(index: number): Promise<void> {
  const gateway = await serve({
    NODE_ENV: 'test',
    PORT: String(ports[index]),
    AUTH_DATABASE_URL: world.database.authUrl,
    JWT_SECRET: TEST_SECRET,
    MAINTENANCE_INTERVAL_MS: '50',
    SHUTDOWN_GRACE_MS: '2000',
    TRUSTED_PROXIES: '1',
    RATE_ANON_MAX: String(ANON_MAX),
  });
  gateways[index] = gateway;
}

beforeAll(async () => {
  world = await openWorld();
  const { database } = world;
  studio = await openStudio(database);
  projectId = world.projects[0]!;
  // What became of each task that was given back, though nobody asked for it.
  await database.asOwner(`
    create table app_private.given_back (task_id uuid not null);
    create function app_private.note_given_back() returns trigger language plpgsql security definer set search_path = ''
    as $$ begin insert into app_private.given_back values (new.id); return null; end $$;
    create trigger _note_given_back after update on public.tasks for each row
      when (old.status = 'In Progress' and new.status = 'Queued') execute function app_private.note_given_back();
  `);
  ports.push(await freePort(), await freePort());
  await Promise.all([start(0), start(1)]);
  balancer = await startHaproxy([ports[0]!, ports[1]!]);
});
atTheEnd(async () => {
  balancer.signal('SIGTERM');
  for (const gateway of gateways) gateway.signal('SIGTERM');
  await Promise.all([balancer, ...gateways].map(({ exit }) => exit));
  await world.close();
});

interface Outcome {
  /** What it was to write, if it was a change. */
  name: string | undefined;
  begunAt: number;
  endedAt: number;
  fault: string | undefined;
}

function post(agent: Agent, authorization: string, query: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', authorization };
    const sent = request(`${balancer.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => {
        const isWell = response.statusCode === 200 && /^\{"data":\{.*\}\}$/.test(body);
        resolve(isWell ? undefined : `${response.statusCode} ${body.slice(0, 200)}`);
      });
      response.once('error', (error) => resolve(`in the answer: ${error.message}`));
    });
    sent.once('error', (error) => resolve(error.message));
    sent.end(JSON.stringify({ query }));
  });
}

/** Keep-alive clients that ask and change, one request after another, until they are told to stop. */
async function startLoad() {
  const authorization = (await authorizationOf(alice))!;
  const outcomes: Outcome[] = [];
  let isOver = false;
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; !isOver; n++) {
      const name = (client + n) % 2 ? `roll ${randomUUID()}` : undefined;
      const query = name
        ? `mutation { createShot(input: { shot: { projectId: "${projectId}", name: "${name}" } }) { shot { id } } }`
        : `{ project(id: "${projectId}") { id shots(first: 3) { nodes { id name } } } }`;
      const begunAt = performance.now();
      const fault = await post(agent, authorization, query);
      outcomes.push({ name, begunAt, endedAt: performance.now(), fault });
    }
    agent.destroy();
  });
  return {
    outcomes,
    stop: async () => {
      isOver = true;
      await Promise.all(clients);
    },
  };
}

/** Tasks that a worker claims and never reports again; before others come into the queue. */
async function claim(count: number): Promise<string[]> {
  await studio.enqueue(...Array.from({ length: count }, () => ({})));
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    // None for a moment, where a user changes much of his own just then: workers come again.
    const id = await eventually(async () => {
      const [task] = await world.database.query<{ id: string | null }>(
        gpu1,
        `select id from claim_next_task('gpu-1', 'gpu')`,
      );
      expect(task?.id).toEqual(expect.any(String));
      return task!.id!;
    });
    ids.push(id);
  }
  return ids;
}

describe('who has no token', () => {
  /** The status of what is asked from an address of this machine. */
  const statusFrom = (url: string, localAddress: string, forwarded?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        ...(forwarded ? { 'x-forwarded-for': forwarded } : {}),
      };
      const options = { method: 'POST', localAddress, headers, agent: false };
      const sent = request(`${url}/graphql`, options, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      });
      sent.once('error', reject);
      sent.end('{"query":"{ me { id } }"}');
    });

  test('is his address, whatever he says, and has one limit at both gateways', async () => {
    await balancer.untilBothServe();
    const statuses = [];
    for (let n = 0; n < ANON_MAX + 2; n++)
      statuses.push(await statusFrom(balancer.url, '127.0.0.2', `10.0.0.${n}`));
    expect(statuses).toEqual([...Array<number>(ANON_MAX).fill(200), 429, 429]);
    expect(await statusFrom(balancer.url, '127.0.0.3')).toBe(200);
    // Asked as the balancer asks them.
    for (const { url } of gateways) {
      expect(await statusFrom(url, '127.0.0.1', '127.0.0.2')).toBe(429);
      expect(await statusFrom(url, '127.0.0.1', '127.0.0.3')).toBe(200);
    }
  });
});

test(
  'gateways that leave, die and come back, one after the other',
  async () => {
    const load = await startLoad();
    const deaths: { from: number; to: number }[] = [];
    const claimed = await claim(4);
    const abandoned: string[] = [];
    let rounds = 0;
    const roll = async () => {
      for (
        const until = performance.now() + SECONDS * 1_000;
        rounds < 2 || performance.now() < until;
        rounds++
      ) {
        const index = rounds % 2;
        const gateway = gateways[index]!;
        await balancer.untilBothServe();
        const before = load.outcomes.length;
        await eventually(() => expect(load.outcomes.length).toBeGreaterThan(before + 2 * CLIENTS));
        const next = claimed.splice(0, 2);
        await studio.expire(...next);
        abandoned.push(...next);
        // Left and died in turn, each of them.
        const isKilled = rounds % 4 === 1 || rounds % 4 === 2;
        const from = performance.now();
        gateway.signal(isKilled ? 'SIGKILL' : 'SIGTERM');
        expect(await gateway.exit).toEqual(
          isKilled ? { code: null, signal: 'SIGKILL' } : { code: 0, signal: null },
        );
        if (isKilled) deaths.push({ from, to: performance.now() });
        await start(index);
      }
    };
    const run = await runWorkload(world, {
      ...{ url: balancer.url, seed: SEED, writes: 40 * SECONDS },
      meanwhile: () => roll(),
    });
    try {
      await load.stop();
      const failed = load.outcomes.filter(({ fault }) => fault !== undefined);
      // Only what was under way when a gateway was killed; of a client there is one request at a time.
      console.log(
        `${load.outcomes.length} requests, ${rounds} rounds, ${deaths.length} killed, ${failed.length} failed:`,
        [...new Set(failed.map(({ fault }) => fault))],
      );
      const underWay = deaths.map(({ from, to }) =>
        failed.filter(({ begunAt, endedAt }) => begunAt <= to && endedAt >= from),
      );
      expect(failed.filter((one) => !underWay.some((ones) => ones.includes(one)))).toEqual([]);
      for (const ones of underWay) expect(ones.length).toBeLessThanOrEqual(CLIENTS);
      expect(load.outcomes.length).toBeGreaterThan(100);

      // Nothing that was confirmed is missing, nothing was done twice.
      const rows = await world.database.asOwner<{ name: string; count: number }>(
        `select name, count(*)::int as count from shots where name like 'roll %' group by name`,
      );
      const written = new Map(rows.map(({ name, count }) => [name, count]));
      const asked = load.outcomes.filter(({ name }) => name !== undefined);
      expect(asked.filter(({ name, fault }) => !fault && written.get(name!) !== 1)).toEqual([]);
      expect([...written].filter(([, count]) => count !== 1)).toEqual([]);

      // Subscribers missed nothing, and were there again each time.
      expect({ seed: SEED, ...run.faults }).toEqual({ seed: SEED, ...run.none });
      expect(run.followers.flatMap(({ kinds }) => kinds)).not.toContain('RESYNC');
      expect(run.followers.reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThan(
        run.followers.length,
      );

      // Each task was given back once, whoever did it.
      await eventually(async () => {
        const back = await world.database.asOwner<{ id: string }>(
          'select task_id as id from app_private.given_back',
        );
        expect(back.map(({ id }) => id).sort()).toEqual([...abandoned].sort());
      });
    } finally {
      await run.stop();
    }
  },
  120_000 + SECONDS * 4_000,
);
