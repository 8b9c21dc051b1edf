import { GraphQLError, type ASTVisitor, type ValidationRule, type ValueNode } from 'graphql';

const PAGING = new Set(['first', 'last', 'offset']);

/**
 * Refuses pages larger than `max`, and negative ones, before anything runs.
 * @param variables the request's, because a size usually comes in one
 */
export function pageSizeRule(
  max: number,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): ValidationRule {
  return (context): ASTVisitor => {
    const defaults = new Map<string, ValueNode | undefined>();
    const sizeOf = (value: ValueNode): number | undefined => {
      if (value.kind === 'IntValue') return Number(value.value);
      if (value.kind !== 'Variable') return undefined;
      const given = variables?.[value.name.value];
      if (typeof given === 'number') return given;
      const fallback = given === undefined ? defaults.get(value.name.value) : undefined;
      return fallback?.kind === 'IntValue' ? Number(fallback.value) : undefined;
    };
    const refuse = (message: string, code: string, node: ValueNode) =>
      context.reportError(new GraphQLError(message, node, null, null, null, null, { code }));

    return {
      OperationDefinition(operation) {
        for (const variable of operation.variableDefinitions ?? []) {
          defaults.set(variable.variable.name.value, variable.defaultValue);
        }
      },
      Argument(argument) {
        const name = argument.name.value;
        if (!PAGING.has(name)) return;
        const size = sizeOf(argument.value);
        if (size === undefined) return;
        if (size < 0) refuse(`${name} cannot be negative.`, 'INVALID_INPUT', argument.value);
        if (name !== 'offset' && size > max) {
          refuse(
            `${name} can be ${max} at most; read further pages by after or offset.`,
            'LIMIT_EXCEEDED',
            argument.value,
          );
        }
      },
    };
  };
}
