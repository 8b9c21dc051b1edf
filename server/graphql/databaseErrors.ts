import type { ClientBase } from 'pg';
import type { Role } from '../auth/claims';
import { RAISED, type PublicError } from '../errors';

/** The fields of a PostgreSQL error that are looked at. Shapes: https://www.postgresql.org/docs/current/protocol-error-fields.html */
export interface DatabaseError extends Error {
  code: string;
  severity?: string;
  /** Of PostgreSQL's source, where it was raised. */
  file?: string;
  column?: string;
  table?: string;
  constraint?: string;
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    /^[0-9A-Z]{5}$/.test(String(error.code))
  );
}

/** Words for constraints: their comments in the database, so that a rule and its message stand side by side. */
export type ConstraintWords = ReadonlyMap<string, { words: string | undefined; columns: string[] }>;

/** A comment that is smart has its words behind `@refusal`: its text would describe a field of the API. */
const wordsOf = (comment: string | null) =>
  comment?.startsWith('@') ? /^@refusal (.+)$/m.exec(comment)?.[1] : (comment ?? undefined);

/** Reads the comments of constraints and unique indexes. */
export async function readConstraintWords(client: Pick<ClientBase, 'query'>): Promise<ConstraintWords> {
  const { rows } = await client.query<{
    table: string;
    name: string;
    words: string | null;
    columns: string[] | null;
  }>(`
    select c.relname as table, k.conname as name, obj_description(k.oid, 'pg_constraint') as words,
      (select array_agg(a.attname::text order by n.place)
       from unnest(k.conkey) with ordinality as n (attnum, place)
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.attnum) as columns
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    where c.relnamespace in ('public'::regnamespace, 'storage'::regnamespace)
    union all
    select c.relname, i.relname, obj_description(i.oid, 'pg_class'), null
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class c on c.oid = x.indrelid
    where x.indisunique and c.relnamespace in ('public'::regnamespace, 'storage'::regnamespace)
      and not exists (select from pg_constraint k where k.conindid = i.oid and k.conrelid = c.oid)
  `);
  return new Map(
    rows.map((row) => [
      `${row.table}.${row.name}`,
      { words: wordsOf(row.words), columns: row.columns ?? [] },
    ]),
  );
}

const camelCase = (name: string) =>
  name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * What a caller is told of an error of the database. Nothing of its SQL, its tables or another's rows:
 * texts are the project's own.
 * @returns undefined for what is a fault of ours and must be masked.
 */
export function explainDatabaseError(
  error: DatabaseError,
  role: Role,
  constraints: ConstraintWords,
): PublicError | undefined {
  const raised = RAISED[error.code];
  if (raised) return { code: raised, message: error.message };

  const constraint = constraints.get(`${error.table}.${error.constraint}`);
  switch (error.code) {
    case '42501':
      if (isOfStorage(error)) return UNAVAILABLE;
      return role === 'anon'
        ? { code: 'UNAUTHENTICATED', message: 'Sign in to do this.' }
        : { code: 'FORBIDDEN', message: 'You may not do this, or a row you named is not yours.' };
    case '23502':
      return { code: 'INVALID_INPUT', message: `${camelCase(error.column ?? 'A value')} is required.` };
    case '23503': {
      if (/^(update or delete|\S+ .*RESTRICT)/i.test(error.message)) {
        return { code: 'CONFLICT', message: constraint?.words ?? 'Something else still refers to this row.' };
      }
      const column = constraint?.columns[0];
      return {
        code: 'NOT_FOUND',
        message: `${column ? camelCase(column) : 'A value'} names a row that does not exist.`,
      };
    }
    case '23505':
    case '23P01':
      return { code: 'CONFLICT', message: constraint?.words ?? 'There is one like this already.' };
    case '23514':
      return { code: 'INVALID_INPUT', message: constraint?.words ?? 'A value breaks a rule of this table.' };
    case '40001':
    case '40P01':
      return {
        code: 'CONFLICT',
        message: 'Another change came in between. Try again.',
        extensions: { retryable: true },
      };
    case '55P03':
      return {
        code: 'CONFLICT',
        message: 'Another change holds this row. Try again.',
        extensions: { retryable: true },
      };
    case '57014':
      return { code: 'LIMIT_EXCEEDED', message: 'The request took longer than this gateway allows.' };
    case '25006':
      return { code: 'INVALID_INPUT', message: 'A query cannot change anything: send a mutation.' };
    case '54000':
    case '54001':
    case '53400':
    case '25P04':
      return { code: 'LIMIT_EXCEEDED', message: 'The request is more complex than this gateway allows.' };
    default:
      if (error.code === '53100') return FULL;
      if (/^(08|28|3D000|25P03|53|57P0|58)/.test(error.code)) return UNAVAILABLE;
      // The database takes no connections now, as while it is restored.
      if (error.code === '55000' && error.severity === 'FATAL') return UNAVAILABLE;
      if (error.code.startsWith('22')) {
        return { code: 'INVALID_INPUT', message: 'A value has the wrong form or is out of range.' };
      }
      return undefined;
  }
}

/** PostgreSQL says of a file system that is read only what it says of a table without a grant: rights are lacking. */
function isOfStorage({ file }: DatabaseError): boolean {
  return /^(fd|md|smgr|slru|xlog|buffile|copydir)[a-z]*\.c$/.test(file ?? '');
}

export const UNAVAILABLE: PublicError = {
  code: 'UNAVAILABLE',
  message: 'The database cannot be reached now. Try again.',
};

const FULL: PublicError = {
  code: 'UNAVAILABLE',
  message: 'The database has no room for changes now. Try again later.',
};

/** It waited as long as DATABASE_CONNECT_TIMEOUT_MS says. */
export const BUSY: PublicError = {
  code: 'UNAVAILABLE',
  message: 'All connections of this gateway to the database are in use. Try again.',
};

/** Whether the whole operation can be run again as if it had never been tried. */
export function isSerializationFailure(error: unknown): boolean {
  return isDatabaseError(error) && (error.code === '40001' || error.code === '40P01');
}
