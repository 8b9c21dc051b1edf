import type { Actor } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';
import { attempt } from './attempt';

/** A node of a plan, as far as the tests look at it. */
export interface PlanNode {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Subplan Name'?: string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Filter?: string;
  'Actual Loops'?: number;
  Plans?: PlanNode[];
}

/** The plan of a statement as the actor gets it, and how often each node of it ran. Its effect is undone. */
export async function planOf(
  database: TestDatabase,
  actor: Actor,
  sql: string,
  values: unknown[],
): Promise<PlanNode[]> {
  const outcome = await attempt(
    database,
    actor,
    `explain (analyze, timing off, summary off, format json) ${sql}`,
    values,
  );
  if (!outcome.ok) throw new Error(outcome.message);
  const [row] = outcome.rows as { 'QUERY PLAN': [{ Plan: PlanNode }] }[];
  if (!row) throw new Error('There is no plan.');
  return nodesOf(row['QUERY PLAN'][0].Plan);
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Nodes that read a table, through whatever index. */
export function readersOf(plan: PlanNode[], table: string): PlanNode[] {
  return plan.filter((node) => node['Relation Name'] === table);
}

/** Whether an index served, and how often it was asked. */
export function usesOf(plan: PlanNode[], index: string): PlanNode[] {
  return plan.filter((node) => node['Index Name'] === index);
}

/** How often the projects were looked at: once for a statement, or once for each row. */
export function projectLookups(plan: PlanNode[]): number {
  return readersOf(plan, 'projects').reduce((sum, node) => sum + (node['Actual Loops'] ?? 0), 0);
}
