import path from 'node:path';
import { messageOf } from '../../server/faults';
import { authorizationOf, SECRET } from '../load/tokens';
import type { Ask } from '../load/requests';
import { serve, type Served } from '../machine/server';
import { install } from '../peers/install';
import { spreadPlaces, type Place, type TierM } from '../tier/medium';
import type { Screen } from './screens';

/** Who answers reads. */
export interface Reader {
  name: string;
  server: Served;
  /** The same for everybody: places and variables are drawn before. */
  asks(screen: Screen, drawn: Drawn[]): Promise<Ask[]>;
}

export interface Drawn {
  place: Place;
  variables: Record<string, unknown>;
}

export interface Missing {
  name: string;
  why: string;
}

export const GATEWAY = 'gateway';
export const FLOOR = 'floor';
export const STOCK4 = 'stock 4';
export const STOCK5 = 'stock 5';

const ROOT = path.resolve(__dirname, '../..');
const peer = (...names: string[]) => path.join(__dirname, '../peers', ...names);

/** The gateway as in production, but that nobody is refused for how often he asks: rates are counted all the same. */
export function serveGateway(authUrl: string, env: Record<string, string> = {}): Promise<Served> {
  return serve({
    name: GATEWAY,
    file: path.join(ROOT, 'server/launch.mjs'),
    words: ['start'],
    nodeOptions: ['--max-semi-space-size=32'],
    env: {
      ...{ PORT: '0', AUTH_DATABASE_URL: authUrl, JWT_SECRET: SECRET, LOG_LEVEL: 'warn' },
      ...{ RATE_USER_MAX: '1000000000', RATE_WORKER_MAX: '1000000000', REQUESTS_PER_CALLER_MAX: '20' },
      ...env,
    },
    prints: /GraphQL +(http:\S+)\/graphql\n/,
  });
}

/** Starts all of them at once; one that cannot be had is named with the reason. */
export async function startReaders(tier: TierM): Promise<{ readers: Reader[]; missing: Missing[] }> {
  const { auth } = tier.urls;
  const stock = { DATABASE: tier.stock.auth, SECRET };
  const programs: [string, () => Promise<Served>][] = [
    [GATEWAY, () => serveGateway(auth)],
    [FLOOR, () => serve({ name: FLOOR, file: peer('floor/server.ts'), env: { DATABASE: auth, SECRET } })],
    [
      STOCK4,
      () =>
        serve({
          ...{ name: STOCK4, file: peer('postgraphile4/server.ts') },
          env: { ...stock, GRAPHILE_ENV: 'production' },
        }),
    ],
    [STOCK5, () => serveFive(stock)],
  ];
  const readers: Reader[] = [];
  const missing: Missing[] = [];
  const begun = await Promise.allSettled(programs.map(([, begin]) => begin()));
  for (const [n, [name]] of programs.entries()) {
    const one = begun[n];
    if (one?.status === 'fulfilled') readers.push({ name, server: one.value, asks: asker(name, one.value) });
    else missing.push({ name, why: messageOf(one?.reason).split('\n').slice(0, 2).join(' ') });
  }
  // Ours is what is measured.
  const ours = missing.find(({ name }) => name === GATEWAY);
  if (ours) {
    await Promise.all(readers.map(({ server }) => server.stop()));
    throw new Error(ours.why);
  }
  return { readers, missing };
}

async function serveFive(env: Record<string, string>): Promise<Served> {
  const { node, folder } = await install('postgraphile5');
  return serve({
    ...{ name: STOCK5, node, cwd: folder, file: peer('postgraphile5/server.mjs') },
    env: { ...env, GRAPHILE_ENV: 'production' },
  });
}

function asker(name: string, server: Served): Reader['asks'] {
  return (screen, drawn) =>
    Promise.all(
      drawn.map(async ({ place, variables }) => {
        const authorization = await authorizationOf(place.userId);
        if (name === FLOOR) {
          const body = JSON.stringify({ values: screen.values(variables) });
          return { url: `${server.url}/${screen.statement}`, authorization, body };
        }
        const query = name === STOCK5 ? screen.document5 : screen.document;
        const url = name === GATEWAY ? `${server.url}/graphql` : server.url;
        return { url, authorization, body: JSON.stringify({ query, variables }) };
      }),
    );
}

export function draw(screen: Screen, count: number, chance: () => number): Drawn[] {
  return spreadPlaces(count, chance).map((place) => ({ place, variables: screen.variables(place, chance) }));
}
