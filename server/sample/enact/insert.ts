import { makeOver, type Enactment } from './enactment';

/**
 * Inserts rows under the caller's rights, for what the API makes by plain inserts too.
 * @param columns what he may write, with types
 * @param by columns that tell the rows apart, and tell which id went to which
 */
export async function insertOwn(
  enactment: Enactment,
  table: string,
  columns: Record<string, string>,
  by: readonly string[],
  rows: readonly object[],
): Promise<void> {
  const names = Object.keys(columns).join(', ');
  const defined = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await makeOver(
    enactment,
    `with given as (select * from jsonb_to_recordset($1) as given (id uuid, ${defined.join(', ')})),
     made as (insert into public.${table} (${names}) select ${names} from given returning id, ${by.join(', ')})
     select given.id as planned, made.id from given join made using (${by.join(', ')})`,
    rows,
  );
}
