import type { Pool } from 'pg';
import { withScope, type Scope } from '../auth/scope';
import type { Read, Reading, Replica } from './replica/replica';

/** Runs an operation in its scope: a query wherever it may be read, everything else on the primary. */
export type RunInScope = <T extends Reading>(scope: Scope, use: Read<T>) => Promise<T>;

/** @param replica undefined when there is none: then all is done on the primary */
export function readerOf(primary: () => Pool, replica: () => Replica | undefined): RunInScope {
  return async (scope, use) => {
    const read = scope.readOnly ? await replica()?.read(scope, use) : undefined;
    return read ?? withScope(primary(), scope, use);
  };
}
