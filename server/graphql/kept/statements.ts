import type { SQLQuery } from 'pg-sql2';
import type { Variables } from './variables';

export interface Statement {
  text: string;
  values: unknown[];
}

/** A statement that was written before, to be filled with the values of another request. */
export interface KeptStatement {
  text: string;
  valuesFor(variables: Variables): unknown[];
}

export function charactersOf(statements: ReadonlyMap<string, KeptStatement>): number {
  return [...statements.values()].reduce((sum, { text }) => sum + text.length, 0);
}

/**
 * The statements of one run of an operation, by the name that their root field has in the answer. It is the run's root
 * value, by which the fields of PostGraphile that write them find it (`plugin.ts`).
 */
export class Statements {
  /** Written anew in this run. */
  readonly written = new Map<string, Statement & { query: SQLQuery }>();
  private begun: { name: string; variables: Variables } | undefined;

  constructor(private readonly kept: ReadonlyMap<string, KeptStatement> = new Map()) {}

  /** A root field begins to write its statement. Returns whether it need not. */
  begin(name: string, variables: Variables): boolean {
    this.begun = { name, variables };
    return this.kept.has(name);
  }

  /** Whose statement comes next; statements within it have no owner of their own. */
  take(): Writer | undefined {
    const { begun } = this;
    this.begun = undefined;
    if (!begun) return undefined;
    const kept = this.kept.get(begun.name);
    return {
      isKept: kept !== undefined,
      finish: (query, compile) => {
        if (kept) return { text: kept.text, values: kept.valuesFor(begun.variables) };
        const statement = compile(query);
        this.written.set(begun.name, { ...statement, query });
        return statement;
      },
    };
  }
}

export interface Writer {
  isKept: boolean;
  finish(query: SQLQuery, compile: (query: SQLQuery) => Statement): Statement;
}
