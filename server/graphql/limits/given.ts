import type { OperationDefinitionNode, ValueNode, VariableDefinitionNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** What stands for a variable where it is used. */
export class Given {
  private readonly definitions: ReadonlyMap<string, VariableDefinitionNode>;

  constructor(
    operation: OperationDefinitionNode | undefined,
    private readonly variables: Variables,
  ) {
    this.definitions = new Map(
      operation?.variableDefinitions?.map((definition) => [definition.variable.name.value, definition]),
    );
  }

  /** What was sent; undefined: nothing, and the default counts if there is one. */
  value(name: string): unknown {
    return Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
  }

  definition(name: string): VariableDefinitionNode | undefined {
    return this.definitions.get(name);
  }

  defaultOf(name: string): ValueNode | undefined {
    return this.definitions.get(name)?.defaultValue;
  }
}
