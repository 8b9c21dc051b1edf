import type { ClientBase } from 'pg';
import { Fault } from '../faults';

/** A table or view. `name` is as SQL writes it, quoted where it must be. */
export interface Table {
  oid: number;
  name: string;
  isView: boolean;
}

const TABLES = `
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind in ('v', 'm') as "isView",
    array[c.relname::text, n.nspname || '.' || c.relname] as words, n.nspname as schema
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(toast|temp)'
  order by n.nspname, c.relname`;

/**
 * The tables that are named, as `name` or `schema.name`; without names all of these schemas.
 * @throws Fault that names what there is not
 */
export async function findTables(
  client: Pick<ClientBase, 'query'>,
  names: string[],
  schemas: string[],
): Promise<Table[]> {
  const { rows } = await client.query<Table & { words: string[]; schema: string }>(TABLES);
  if (names.length > 0) {
    const missing = names.filter((name) => !rows.some(({ words }) => words.includes(name)));
    if (missing.length > 0) throw new Fault(`There is no table ${missing.join(', ')}.`);
    return rows.filter(({ words }) => names.some((name) => words.includes(name)));
  }
  const empty = schemas.filter((schema) => !rows.some((row) => row.schema === schema));
  if (empty.length > 0) throw new Fault(`There is no table in a schema ${empty.join(', ')}.`);
  return rows.filter(({ schema }) => schemas.includes(schema));
}
