import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { ErrorCode } from '../errors';

export interface Limits {
  /** How deep selections nest, fragments expanded. */
  depth: number;
  /** How many fields are selected, fragments expanded. */
  fields: number;
  /** How many changes a mutation makes: its root fields, fragments expanded. */
  mutationFields: number;
  /** How deep a value nests: a filter, or JSON, in the document or in a variable. */
  valueDepth: number;
  /** Largest `first` or `last`. */
  pageSize: number;
  /** How large all values are together, a variable as often as it is used, fragments expanded. */
  valueBytes: number;
}

const PAGING = ['first', 'last', 'offset'];

/**
 * What is wrong with the measure of a request, before anything looks at it more closely: validation
 * itself takes seconds on what is refused here.
 */
export function refusalOf(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  limits: Limits,
): GraphQLError | undefined {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName == null || definition.name?.value === operationName),
  );
  if (!operation) return undefined; // validation says what is missing
  try {
    new Measure(document, operation, variables ?? {}, limits).check();
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function refuse(code: ErrorCode, message: string): never {
  throw new GraphQLError(message, null, null, null, null, null, { code });
}

interface Extent {
  fields: number;
  depth: number;
  /** Of its fields, those at its own level. */
  roots: number;
  /** Of the values of all its arguments. */
  bytes: number;
}

const nothing = (): Extent => ({ fields: 0, depth: 0, roots: 0, bytes: 0 });

class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly measured = new Map<string, Extent>();
  private readonly open = new Set<string>();
  private readonly defaults = new Map<string, number>();
  private readonly sizes = new Map<string, number>();

  constructor(
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly limits: Limits,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  check(): void {
    for (const value of Object.values(this.variables)) this.checkJson(value);
    for (const { variable, defaultValue } of this.operation.variableDefinitions ?? []) {
      if (defaultValue) this.defaults.set(variable.name.value, this.checkValue(defaultValue, 1));
    }
    const { roots } = this.selections(this.operation.selectionSet, 1);
    if (this.operation.operation === 'mutation' && roots > this.limits.mutationFields) {
      refuse(
        'LIMIT_EXCEEDED',
        `A mutation can make ${this.limits.mutationFields} changes at most, fragments expanded.`,
      );
    }
  }

  /** Each fragment is measured once, however often it is spread: else measuring were the attack. */
  private selections(set: SelectionSetNode, level: number): Extent {
    // Guards our own recursion; the depth that counts is added up below.
    if (level > this.limits.depth * 2) this.tooDeep();
    const extent = nothing();
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        this.checkField(selection.alias?.value);
        let bytes = 0;
        for (const argument of selection.arguments ?? [])
          bytes += this.checkArgument(argument.name.value, argument.value);
        const below = selection.selectionSet ? this.selections(selection.selectionSet, level + 1) : nothing();
        this.add(extent, {
          fields: below.fields + 1,
          depth: below.depth + 1,
          roots: 1,
          bytes: below.bytes + bytes,
        });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.add(extent, this.selections(selection.selectionSet, level + 1));
      } else {
        this.add(extent, this.fragment(selection.name.value, level));
      }
    }
    return extent;
  }

  private fragment(name: string, level: number): Extent {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    // Unknown and circular ones are for validation to name.
    if (!fragment || this.open.has(name)) return nothing();
    this.open.add(name);
    const extent = this.selections(fragment.selectionSet, level + 1);
    this.open.delete(name);
    this.measured.set(name, extent);
    return extent;
  }

  private add(extent: Extent, more: Extent): void {
    extent.fields += more.fields;
    extent.depth = Math.max(extent.depth, more.depth);
    extent.roots += more.roots;
    extent.bytes += more.bytes;
    if (extent.depth > this.limits.depth) this.tooDeep();
    if (extent.fields > this.limits.fields) {
      refuse(
        'LIMIT_EXCEEDED',
        `A request can select ${this.limits.fields} fields at most, fragments expanded.`,
      );
    }
    if (extent.bytes > this.limits.valueBytes) {
      refuse(
        'LIMIT_EXCEEDED',
        `The values of a request can have ${this.limits.valueBytes} bytes at most, a variable each time it is used.`,
      );
    }
  }

  private tooDeep(): never {
    refuse('LIMIT_EXCEEDED', `A request can nest ${this.limits.depth} levels deep at most.`);
  }

  /** PostGraphile keeps fields in plain objects: an alias that every object has already would be lost there. */
  private checkField(alias: string | undefined): void {
    if (alias !== undefined && alias in Object.prototype)
      refuse('INVALID_INPUT', `${alias} cannot be an alias.`);
  }

  /** @returns its bytes */
  private checkArgument(name: string, value: ValueNode): number {
    const bytes = this.checkValue(value, 1);
    const size = PAGING.includes(name) ? this.numberOf(value) : undefined;
    if (size === undefined) return bytes;
    if (size < 0) refuse('INVALID_INPUT', `${name} cannot be negative.`);
    if (name !== 'offset' && size > this.limits.pageSize) {
      refuse(
        'LIMIT_EXCEEDED',
        `${name} can be ${this.limits.pageSize} at most; read further pages by after or offset.`,
      );
    }
    return bytes;
  }

  private numberOf(value: ValueNode): number | undefined {
    if (value.kind === Kind.INT) return Number(value.value);
    if (value.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
    if (given !== undefined) return typeof given === 'number' ? given : undefined;
    const definition = this.operation.variableDefinitions?.find(
      (candidate) => candidate.variable.name.value === name,
    );
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
  }

  /** @returns its bytes, variables expanded; never more than were sent when each is used once */
  private checkValue(value: ValueNode, level: number): number {
    if (level > this.limits.valueDepth) this.valueTooDeep();
    let bytes = 2; // brackets, braces, quotes
    switch (value.kind) {
      case Kind.LIST:
        for (const item of value.values) bytes += this.checkValue(item, level + 1);
        return bytes;
      case Kind.OBJECT:
        for (const field of value.fields)
          bytes += field.name.value.length + 1 + this.checkValue(field.value, level + 1);
        return bytes;
      case Kind.STRING:
        return bytes + Buffer.byteLength(value.value);
      case Kind.VARIABLE:
        return this.sizeOf(value.name.value);
      case Kind.NULL:
        return 4;
      default:
        return String(value.value).length;
    }
  }

  /** Each variable is measured once, however often it is used. */
  private sizeOf(name: string): number {
    let size = this.sizes.get(name);
    if (size === undefined) {
      const given = Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
      size = given === undefined ? (this.defaults.get(name) ?? 0) : Buffer.byteLength(JSON.stringify(given));
      this.sizes.set(name, size);
    }
    return size;
  }

  private checkJson(value: unknown, level = 1): void {
    if (level > this.limits.valueDepth) this.valueTooDeep();
    if (typeof value !== 'object' || value === null) return;
    for (const item of Object.values(value)) this.checkJson(item, level + 1);
  }

  private valueTooDeep(): never {
    refuse(
      'LIMIT_EXCEEDED',
      `A filter or JSON value can nest ${this.limits.valueDepth} levels deep at most.`,
    );
  }
}
