import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { checkCost, type CostLimits } from './cost';
import type { Variables } from './given';
import { exceed, isRefusal } from './refuse';
import { keep, measureKey, passedOf } from './passed';
import { nothing, Selections, type SelectionLimits } from './selections';
import type { TextLimits } from './text';
import { Values, type ValueLimits } from './values';

/** What a request may be. docs/limits.md tells why each is there. */
export type Limits = TextLimits & SelectionLimits & ValueLimits & CostLimits;

/** A request that was parsed, and nothing more. */
export interface Measured {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: Variables | null | undefined;
}

/**
 * What is wrong with the measure of a request, before anything looks at it more closely: validation
 * itself takes seconds on what is refused here.
 */
export function refusalOf(request: Measured, limits: Limits): GraphQLError | undefined {
  const key = measureKey(request);
  const passed = key === undefined ? undefined : passedOf(request, limits);
  if (key !== undefined && passed?.has(key)) return undefined;
  try {
    check(request, limits);
    if (key !== undefined && passed) keep(passed, key);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function check({ schema, document, operationName, variableValues }: Measured, limits: Limits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  // Which one is missing is for others to tell. All are measured: all are validated.
  const operation = operations.find(({ name }) => operationName == null || name?.value === operationName);
  const values = new Values(operation, variableValues ?? {}, limits, schema);
  const selections = new Selections(fragments, values, limits);
  const total = nothing();
  // The one that runs comes first: what it shares with others is measured as it will be.
  for (const each of new Set(operation ? [operation, ...operations] : operations))
    measureOperation(each, selections, total, limits);
  for (const name of fragments.keys())
    if (!selections.isMeasured(name)) selections.add(total, selections.fragment(name));
  if (operation) checkCost(schema, operation, fragments, values, limits);
}

function measureOperation(
  { operation, selectionSet, directives, variableDefinitions }: OperationDefinitionNode,
  selections: Selections,
  total: ReturnType<typeof nothing>,
  limits: Limits,
): void {
  const extent = selections.measure(selectionSet);
  extent.directives += selections.directives(directives, extent);
  for (const { directives } of variableDefinitions ?? [])
    extent.directives += selections.directives(directives, extent);
  if (operation === 'mutation' && extent.roots > limits.mutationFields)
    exceed(`A mutation can make ${limits.mutationFields} changes at most, fragments expanded.`);
  if (operation === 'query' && extent.roots > limits.rootFields)
    exceed(`A query can have ${limits.rootFields} fields at its top at most, fragments expanded.`);
  selections.add(total, extent);
}
