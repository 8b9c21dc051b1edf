import { concatAST, Kind, TypeInfo, visit, visitWithTypeInfo, getNamedType, isObjectType } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationTypeNode } from 'graphql';

export interface HooksConfig {
  /** Where the typed documents are, as the generated file imports them. */
  documents: string;
  /** Where the makers of hooks are. */
  makers: string;
  /** By the name of an operation: the types of rows that its answer hangs on besides those that stand in it. */
  reads?: Record<string, string[]>;
  /** By the name of an operation: types of rows that stand in its answer, and are no reason to ask it again. */
  ignores?: Record<string, string[]>;
  /** By the name of a mutation: the types of rows whose answers it makes stale besides those that it answers with. */
  changes?: Record<string, string[]>;
}

interface Operation {
  name: string;
  kind: OperationTypeNode;
  /** The types of rows that stand in its answer. */
  types: string[];
}

const SUFFIX: Record<OperationTypeNode, string> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
};

/**
 * A plugin for graphql-codegen: a React hook for each operation, one line each, on the typed documents. Each names
 * the types of rows it has to do with, so that a change of a row finds the answers that show it.
 */
export function plugin(
  schema: GraphQLSchema,
  files: { document?: DocumentNode }[],
  config: HooksConfig,
): string {
  const all = concatAST(files.flatMap(({ document }) => (document ? [document] : [])));
  const operations = operationsOf(all, schema);
  const extra = (operation: Operation) => {
    const more = operation.kind === 'mutation' ? config.changes : config.reads;
    const ignored = config.ignores?.[operation.name] ?? [];
    const shown = operation.types.filter((type) => !ignored.includes(type));
    return [...new Set([...shown, ...(more?.[operation.name] ?? [])])].sort();
  };
  refuseUnknown(config, operations, schema);
  const lines = operations.map((operation) => {
    const { name, kind } = operation;
    const maker = `create${SUFFIX[kind]}Hook`;
    const types = extra(operation).map((type) => `'${type}'`);
    const rest = kind === 'subscription' ? '' : `, '${name}', [${types.join(', ')}]`;
    // PURE: what a page does not use is left out of its bundle.
    return `export const use${name}${SUFFIX[kind]} = /*#__PURE__*/ ${maker}(documents.${name}Document${rest});`;
  });
  return [
    `import { createMutationHook, createQueryHook, createSubscriptionHook } from '${config.makers}';`,
    `import * as documents from '${config.documents}';`,
    '',
    ...lines,
    '',
  ].join('\n');
}

function operationsOf(all: DocumentNode, schema: GraphQLSchema): Operation[] {
  const fragments = new Map(
    all.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const typesOf = (operation: OperationDefinitionNode): string[] => {
    const seen = new Set<string>();
    const spread = new Set<string>();
    const look = (node: Parameters<typeof visit>[0]) => {
      const info = new TypeInfo(schema);
      visit(
        node,
        visitWithTypeInfo(info, {
          Field: () => {
            const output = info.getType();
            const type = output ? getNamedType(output) : undefined;
            // Rows have an id; pages, payloads and edges have none.
            if (type && isObjectType(type) && type.getFields().id) seen.add(type.name);
          },
          FragmentSpread: ({ name: { value } }) => {
            const fragment = fragments.get(value);
            if (!fragment || spread.has(value)) return;
            spread.add(value);
            look(fragment);
          },
        }),
      );
    };
    look(operation);
    return [...seen];
  };
  return all.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION && node.name
      ? [{ name: node.name.value, kind: node.operation, types: typesOf(node) }]
      : [],
  );
}

/** A name that is written wrong would be passed over in silence, and a page would show what is old. */
function refuseUnknown(config: HooksConfig, operations: Operation[], schema: GraphQLSchema): void {
  const said = [config.reads, config.ignores, config.changes].flatMap((names) => Object.entries(names ?? {}));
  for (const [name, types] of said) {
    if (!operations.some((operation) => operation.name === name)) {
      throw new Error(`codegen.yml names an operation that is in no document: ${name}`);
    }
    for (const type of types) {
      if (!isObjectType(schema.getType(type)))
        throw new Error(`codegen.yml names no type of the schema: ${type}`);
    }
  }
}
