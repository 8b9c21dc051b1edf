import type { Change } from '../../realtime/change';
import type { Item } from '../../realtime/delivery';
import { ROWS } from './realtimeRows';

/** Reads a field from what the object it belongs to was made of. */
export type Read = (source: unknown) => unknown;

const BATCH = 'ChangeBatch';
const LISTED = 'Change';
const SMALL = 'SmallColumns';
const ROOTS = new Set(['projectChanges', ...Object.values(ROWS).map(({ root }) => root)]);
const ALONE = new Map(Object.values(ROWS).map(({ type, field }) => [`${type}Change`, field]));
const ROW_FIELDS = new Set(Object.values(ROWS).map(({ field }) => field));
const OF_ITEM = new Set(['kind', 'cursor', 'projectId', 'changes']);

const property =
  (name: string): Read =>
  (source) =>
    (source as Record<string, unknown>)[name];
const ofFirst =
  (name: string): Read =>
  (item) =>
    (item as Item).changes[0]?.[name as keyof Change];

/**
 * How a field is read that the change tells itself, as the resolvers of realtime.ts have it.
 * @returns undefined for a row, which is read from the database, and for what is no field of a subscription
 */
export function readerOf(type: string, field: string): Read | undefined {
  if (type === 'Subscription') return ROOTS.has(field) ? (item) => item : undefined;
  if (type === BATCH) return field === 'originClientId' ? ofFirst(field) : property(field);
  if (type === SMALL) return property(field);
  if (type === LISTED) return ROW_FIELDS.has(field) ? undefined : property(field);
  if (ALONE.get(type) === undefined || ALONE.get(type) === field) return undefined;
  return OF_ITEM.has(field) ? property(field) : ofFirst(field);
}
