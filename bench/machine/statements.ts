import { withClient } from '../../server/postgres/setup';

export const resetStatements = (rootUrl: string) =>
  withClient(rootUrl, (root) => root.query('select bench.pg_stat_statements_reset()'));

/** What the database spent most of its time on since then, as pg_stat_statements counts it. */
export async function describeStatements(rootUrl: string, count = 5): Promise<string> {
  const { rows } = await withClient(rootUrl, (root) =>
    root.query<{ query: string; mean: number; share: number }>(
      `select regexp_replace(query, '\\s+', ' ', 'g') as query, total_exec_time / calls as mean,
         total_exec_time / sum(total_exec_time) over () as share
       from bench.pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
       order by total_exec_time desc limit $1`,
      [count],
    ),
  );
  return rows
    .map(
      ({ query, mean, share }) => `${query.slice(0, 60)} ${mean.toFixed(2)} ms, ${Math.round(share * 100)} %`,
    )
    .join('; ');
}
