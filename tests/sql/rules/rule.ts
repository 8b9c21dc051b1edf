/** A rule about the catalog of every database of this project, as data. */
export interface Rule {
  /** What holds, as a sentence. */
  name: string;
  /** Returns one row `violation text` for each place where it does not hold. Run with an empty search_path. */
  sql: string;
  /** Changes that break it, each with what the rule must say then. Run by a superuser and undone. */
  broken: { by: string; reports: string }[];
}

/** Schemas that are ours: neither PostgreSQL's nor graphile-migrate's. */
export const OURS = `(
  select oid, nspname from pg_catalog.pg_namespace
  where nspname !~ '^pg_' and nspname not in ('information_schema', 'graphile_migrate')
)`;

/** What the API shows, or what is read by people who write policies. */
export const EXPOSED = `(select oid, nspname from pg_catalog.pg_namespace where nspname in ('public', 'storage', 'auth'))`;

export const API_ROLES = `('anon', 'authenticated', 'worker', 'service_role')`;
