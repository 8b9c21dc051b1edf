import { createHash } from 'node:crypto';
import type { TestDatabase } from './database';

/** Rules by name, each as a query for what breaks it. */
export type Violations = Record<string, string>;

const hashOf = (text: string) => createHash('sha1').update(text).digest('hex').slice(0, 16);

/** The rules that are broken now, by name, with an offending row; empty when all is well. */
export async function brokenOf(
  database: Pick<TestDatabase, 'asOwner'>,
  violations: Violations,
): Promise<Record<string, unknown>> {
  const text = Object.entries(violations)
    .map(([name, sql]) => `select '${name}' as name where exists (${sql})`)
    .join(' union all ');
  // Planned once: it is asked thousands of times.
  const found = await database.asOwner<{ name: string }>({ name: hashOf(text), text });
  const broken: Record<string, unknown> = {};
  // Not in the same statement, which would take twice as long to begin.
  for (const { name } of found) {
    const [row] = await database.asOwner(`select * from (${violations[name]}) x limit 1`);
    broken[name] = row ?? 'broken, and whole again when it was looked at';
  }
  return broken;
}
