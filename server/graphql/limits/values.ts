import { Kind, type GraphQLSchema, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { Filters, type FilterExtent, type FilterLimits } from './filters';
import { Given, type Variables } from './given';
import { Items } from './items';
import { exceed, refuse } from './refuse';

export interface ValueLimits extends FilterLimits {
  /** How deep a value nests: a filter, or JSON, in the document or in a variable. */
  valueDepth: number;
  /** How large all values are together, a variable as often as it is used, fragments expanded. */
  valueBytes: number;
  /** How large the variables are as JSON, used or not. */
  variableBytes: number;
  /** Largest `first` or `last`. */
  pageSize: number;
}

const PAGING = ['first', 'last', 'offset'];
/** PostgreSQL's own for a numeric is beyond any use, and converting takes longer with each digit. */
const NUMBER_LENGTH = 1_000;

/** Measures the values of one operation. */
export class Values {
  private readonly defaults = new Map<string, number>();
  private readonly sizes = new Map<string, number>();
  private readonly given: Given;
  private readonly parts: Items;
  private readonly filters: Filters;

  constructor(
    operation: OperationDefinitionNode | undefined,
    variables: Variables,
    private readonly limits: ValueLimits,
    schema?: GraphQLSchema,
  ) {
    this.given = new Given(operation, variables);
    this.parts = new Items(schema, this.given);
    this.filters = new Filters(this.given, limits);
    let bytes = 2;
    for (const [name, value] of Object.entries(variables)) {
      this.checkJson(value);
      bytes += name.length + 4 + this.sizeOf(name);
      if (bytes > limits.variableBytes)
        exceed(`The variables of a request can have ${limits.variableBytes} bytes at most, as JSON.`);
    }
    for (const { variable, defaultValue } of operation?.variableDefinitions ?? []) {
      if (defaultValue) this.defaults.set(variable.name.value, this.measure(defaultValue));
    }
  }

  /** @returns its bytes */
  argument(name: string, value: ValueNode): number {
    const bytes = this.measure(value);
    const size = PAGING.includes(name) ? this.numberOf(value) : undefined;
    if (size === undefined) return bytes;
    if (size < 0) refuse('INVALID_INPUT', `${name} cannot be negative.`);
    if (name !== 'offset' && size > this.limits.pageSize) {
      exceed(`${name} can be ${this.limits.pageSize} at most; read further pages by after or offset.`);
    }
    return bytes;
  }

  /** How many parts it has: see Items. */
  items(value: ValueNode): number {
    return this.parts.of(value);
  }

  /** What it asks of SQL, if it is a filter or an order. */
  filter(name: string, value: ValueNode): FilterExtent | undefined {
    return this.filters.of(name, value);
  }

  /** The number that is given, also by a variable or its default; undefined: none. */
  numberOf(value: ValueNode): number | undefined {
    if (value.kind === Kind.INT) return Number(value.value);
    if (value.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = this.given.value(name);
    if (given !== undefined) return typeof given === 'number' ? given : undefined;
    const fallback = this.given.defaultOf(name);
    return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
  }

  /** @returns its bytes, variables expanded; never more than were sent when each is used once */
  measure(value: ValueNode, level = 1): number {
    if (level > this.limits.valueDepth) this.tooDeep();
    let bytes = 2; // brackets, braces, quotes
    switch (value.kind) {
      case Kind.LIST:
        for (const item of value.values) bytes += this.measure(item, level + 1);
        return bytes;
      case Kind.OBJECT:
        for (const field of value.fields)
          bytes += field.name.value.length + 1 + this.measure(field.value, level + 1);
        return bytes;
      case Kind.STRING:
        return bytes + Buffer.byteLength(value.value);
      case Kind.VARIABLE:
        return this.sizeOf(value.name.value);
      case Kind.NULL:
        return 4;
      case Kind.INT:
      case Kind.FLOAT:
        if (value.value.length > NUMBER_LENGTH) exceed(`A number can have ${NUMBER_LENGTH} digits at most.`);
        return value.value.length;
      default:
        return String(value.value).length;
    }
  }

  /** Each variable is measured once, however often it is used. */
  private sizeOf(name: string): number {
    let size = this.sizes.get(name);
    if (size === undefined) {
      const given = this.given.value(name);
      if (given === undefined) return this.defaults.get(name) ?? 0;
      size = Buffer.byteLength(JSON.stringify(given));
      this.sizes.set(name, size);
    }
    return size;
  }

  private checkJson(value: unknown, level = 1): void {
    if (level > this.limits.valueDepth) this.tooDeep();
    if (typeof value !== 'object' || value === null) return;
    for (const item of Object.values(value)) this.checkJson(item, level + 1);
  }

  private tooDeep(): never {
    exceed(`A filter or JSON value can nest ${this.limits.valueDepth} levels deep at most.`);
  }
}
