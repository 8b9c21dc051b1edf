import {
  getOperationAST,
  GraphQLError,
  Kind,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';

interface RootField {
  node: FieldNode;
  /** Whether @skip or @include decides if it is there. */
  isConditional: boolean;
}

/** The root fields of an operation, fragments expanded; undefined when there is no such operation. */
export function rootFieldsOf(document: DocumentNode, operationName?: string | null): RootField[] | undefined {
  const operation = getOperationAST(document, operationName);
  return operation ? fieldsOf(operation.selectionSet, document, new Set(), false) : undefined;
}

function fieldsOf(
  { selections }: SelectionSetNode,
  document: DocumentNode,
  seen: Set<string>,
  isWithinCondition: boolean,
): RootField[] {
  return selections.flatMap((selection) => {
    const isConditional = isWithinCondition || !!selection.directives?.length;
    if (selection.kind === Kind.FIELD) return [{ node: selection, isConditional }];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return fieldsOf(selection.selectionSet, document, seen, isConditional);
    }
    const name = selection.name.value;
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    // Unknown and circular ones are for validation to name. Each once: else looking were the attack.
    if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || seen.has(name)) return [];
    seen.add(name);
    return fieldsOf(fragment.selectionSet, document, seen, isConditional);
  });
}

/**
 * A subscription has one root field, whatever the variables say, and it is one that gives something. The rule of
 * graphql-js 15 does not look into fragments, and execution fails on what is left of the others.
 */
export const oneSubscriptionField: ValidationRule = (context) => ({
  OperationDefinition: (operation) => {
    // Several side by side are found by the rule of graphql-js.
    if (operation.operation !== 'subscription' || operation.selectionSet.selections.length !== 1) return;
    const fields = fieldsOf(operation.selectionSet, context.getDocument(), new Set(), false);
    const [field] = fields;
    const isFit = fields.length === 1 && !field!.isConditional && !field!.node.name.value.startsWith('__');
    if (!isFit) {
      const words = 'A subscription must select one field of Subscription, without @skip and @include.';
      context.reportError(new GraphQLError(words, operation));
    }
  },
});
