import type { GraphQLResolveInfo } from 'graphql';
import * as sql from 'pg-sql2';
import { REALTIME_TABLES, type Change, type RealtimeTable } from '../../realtime/change';
import type { Item } from '../../realtime/delivery';
import type { Feed } from '../../realtime/feed';
import type { Following } from '../../realtime/realtime';
import type { RequestContext } from '../execute';

/** What the fields of a subscription need beside the request. */
export interface RealtimeContext extends RequestContext {
  /** Begins the stream; for the root field. */
  follow(following: Omit<Following, 'claims'>): Promise<Feed>;
  /** Rows that were read for the item that is being answered, by the place in the document that asks for them. */
  rows: Map<string, Promise<Map<string, unknown>>>;
}

/** The type that a row of the table has in the API. */
const TYPES: Record<RealtimeTable, string> = {
  GENERATIONS: 'Generation',
  GENERATION_VARIANTS: 'GenerationVariant',
  SHOT_GENERATIONS: 'ShotGeneration',
  SHOTS: 'Shot',
  TASKS: 'Task',
};

interface RowField {
  field: string;
  type: string;
  table: string;
  /** The subscription to this table alone. */
  root: string;
}

function rowField(table: RealtimeTable): RowField {
  const type = TYPES[table];
  const field = type.charAt(0).toLowerCase() + type.slice(1);
  return { field, type, table: table.toLowerCase(), root: `${field}Changes` };
}

/** The row of a change, as a field. */
export const ROWS = Object.fromEntries(REALTIME_TABLES.map((table) => [table, rowField(table)])) as Record<
  RealtimeTable,
  RowField
>;

/** A change as its fields resolve, with those that are answered beside it. */
type Told = Change & Pick<Item, 'changes'>;

interface RowQuery {
  selectGraphQLResultFromTable(
    table: sql.SQLQuery,
    build: (
      alias: sql.SQLQuery,
      query: { where(condition: sql.SQLQuery): void; select(expression: sql.SQLQuery, alias: string): void },
    ) => void,
  ): Promise<Record<string, unknown>[]>;
}

const ROW_ID = '__rowId';

/** Resolves the row of a change: one statement for all rows of the table in the item. */
export function rowOf(table: RealtimeTable) {
  return async (
    told: Told,
    _: unknown,
    { rows }: RealtimeContext,
    info: GraphQLResolveInfo & { graphile: RowQuery },
  ): Promise<unknown> => {
    if (told.table !== table || told.operation === 'DELETE') return null;
    const place = placeOf(info.path);
    let found = rows.get(place);
    if (!found) rows.set(place, (found = select(table, told.changes, info.graphile)));
    return (await found).get(told.id) ?? null;
  };
}

/** Where a field stands in the document: the same for all changes of a list. */
function placeOf(path: GraphQLResolveInfo['path'] | undefined): string {
  if (!path) return '';
  return typeof path.key === 'string' ? `${placeOf(path.prev)}.${path.key}` : placeOf(path.prev);
}

async function select(
  table: RealtimeTable,
  changes: Change[],
  { selectGraphQLResultFromTable }: RowQuery,
): Promise<Map<string, unknown>> {
  const ids = changes
    .filter((change) => change.table === table && change.operation !== 'DELETE')
    .map(({ id }) => id);
  const rows = await selectGraphQLResultFromTable(
    sql.fragment`public.${sql.identifier(ROWS[table].table)}`,
    (alias, query) => {
      query.where(sql.fragment`${alias}.id = any (${sql.value([...new Set(ids)])}::uuid[])`);
      query.select(sql.fragment`${alias}.id`, ROW_ID);
    },
  );
  return new Map(rows.map((row) => [row[ROW_ID] as string, row]));
}
