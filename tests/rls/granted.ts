import type { ActorName, Values } from './world';

/**
 * What an actor may write in a table, column by column. Each set goes into one statement, because some
 * columns make sense together only. Whatever column of the table stands in no set is refused.
 */
export interface Granted {
  actor: ActorName;
  table: string;
  insert: Values[];
  update: Values[];
  /** Columns nobody but services and functions writes. */
  never: string[];
  /** Of those, what a view works out: no right could make them anybody's to write, and PostgreSQL says that first. */
  computed?: string[];
}

/** Columns that the database fills in, in nearly every table. */
export const identity = ['id', 'created_at', 'updated_at'];
/** Some JSON. */
export const object = { a: 1 };
