import { parse } from 'graphql';
import type { Pool, PoolClient } from 'pg';
import { withScope } from '../../server/auth/scope';
import { createKeeper } from '../../server/graphql/kept/keeper';
import { buildApi } from '../../server/graphql/schema';
import type { Scenario } from '../core/scenario';
import { atMost } from '../core/scenario';
import { median, medianRatio } from '../core/statistics';
import { openPool } from '../machine/pool';
import { placeOf, type Place } from '../tier/medium';
import { studioDocument } from './screens';

interface Statement {
  text: string;
  values: unknown[];
}

const TIMES = { quick: 10, full: 20 };

/** The statement that the gateway keeps of the gallery's first page. */
async function statementOf(pool: Pool, place: Place): Promise<Statement> {
  const links = { open: () => '', signed: async () => null };
  const { schema } = await buildApi(pool, { default: 100, max: 1000 }, links);
  const variableValues = { projectId: place.projectId };
  const document = parse(studioDocument('GalleryPage'));
  const plan = createKeeper(1).planOf({ schema, document, variableValues, contextValue: {} });
  const [kept, ...more] = plan?.statements.values() ?? [];
  if (!kept || more.length > 0) throw new Error('The gallery is one statement.');
  return { text: kept.text, values: kept.valuesFor(variableValues) };
}

export const rls: Scenario = {
  name: 'rls',
  about: 'RLS cost: GalleryPage as a user / the same SQL as owner',
  run: async (bench) => {
    const { urls } = await bench.tierM();
    const place = placeOf(1);
    const times = bench.quick ? TIMES.quick : TIMES.full;
    const pool = openPool(urls.auth, 2);
    const owner = openPool(urls.owner, 1);
    try {
      const statement = await statementOf(pool, place);
      const { text, values } = statement;
      const claims = { role: 'authenticated', sub: place.userId } as const;
      const scope = { claims, requestId: 'bench', readOnly: true, statementTimeoutMs: 15_000 };
      // Of the transaction only the statement: what comes before is the same for both.
      const asUser = <T>(use: (client: PoolClient) => Promise<T>) => withScope(pool, scope, use);
      const asOwner = async <T>(use: (client: PoolClient) => Promise<T>) => {
        const client = await owner.connect();
        return use(client).finally(() => client.release());
      };
      // Planned once for the connection, as the gateway does.
      const timed = async (client: PoolClient) => {
        const begun = performance.now();
        for (let time = 0; time < times; time++) await client.query({ name: 'gallery', text, values });
        return (performance.now() - begun) / times;
      };
      const explained = (client: PoolClient) => explain(client, statement);
      await asUser(timed);
      await asOwner(timed);
      const user: number[] = [];
      const own: number[] = [];
      for (let turn = 0; turn < bench.rounds * 3; turn++) {
        if (turn % 2) own.push(await asOwner(timed));
        user.push(await asUser(timed));
        if (turn % 2 === 0) own.push(await asOwner(timed));
      }
      return [
        {
          name: 'GalleryPage, the statement alone',
          unit: 'ms',
          figures: [
            { peer: 'as a user', value: median(user), text: `${median(user).toFixed(2)} ms` },
            { peer: 'as the owner', value: median(own), text: `${median(own).toFixed(2)} ms` },
          ],
          targets: [atMost(1.3, ' × owner', medianRatio(user, own))],
          limit: `explain (analyze, buffers): user ${await asUser(explained)}; owner ${await asOwner(explained)}`,
          details: { user, own, text },
        },
      ];
    } finally {
      await Promise.all([pool.end(), owner.end()]);
    }
  },
};

interface Plan {
  'Planning Time': number;
  'Execution Time': number;
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

async function explain(client: PoolClient, { text, values }: Statement): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': [Plan] }>(
    `explain (analyze, buffers, format json) ${text}`,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'][0];
  if (!plan) return 'nothing';
  const pages = plan.Plan['Shared Hit Blocks'] + plan.Plan['Shared Read Blocks'];
  return `planned ${plan['Planning Time'].toFixed(1)} ms, ran ${plan['Execution Time'].toFixed(1)} ms, ${pages} pages`;
}
