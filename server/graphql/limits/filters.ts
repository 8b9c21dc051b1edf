import { Kind, type ValueNode } from 'graphql';
import type { Given } from './given';
import { exceed } from './refuse';

export interface FilterLimits {
  /** Fields of filters, and entries of orders, of a whole request: each becomes SQL, a relation a query within it. */
  filterTerms: number;
  /** Items of the lists in filters, of a whole request. */
  filterItems: number;
  /** Of a text in a filter: PostgreSQL compares each part of it with each part of a row, and cannot be interrupted. */
  filterTextBytes: number;
}

export interface FilterExtent {
  terms: number;
  items: number;
}

/** Arguments that become SQL, and are not handed on to it. */
const NAMES = ['filter', 'condition', 'orderBy'];

/** Measures filters and orders, which are written in the document or given by variables. */
export class Filters {
  private readonly known = new Map<string, FilterExtent>();

  constructor(
    private readonly given: Given,
    private readonly limits: FilterLimits,
  ) {}

  /** @returns undefined for an argument of another kind */
  of(name: string, value: ValueNode): FilterExtent | undefined {
    return NAMES.includes(name) ? this.measure(value) : undefined;
  }

  private measure(value: ValueNode): FilterExtent {
    switch (value.kind) {
      case Kind.OBJECT:
        return sumOf(
          value.fields.map(({ value: field }) => add(this.measure(field), { terms: 1, items: 0 })),
        );
      case Kind.LIST:
        return sumOf(value.values.map((item) => add(this.measure(item), itemOf(isPart(item)))));
      case Kind.STRING:
        this.checkText(value.value);
        return NOTHING;
      case Kind.VARIABLE:
        return this.variable(value.name.value);
      default:
        return NOTHING;
    }
  }

  /** Each is measured once, however often it is used. */
  private variable(name: string): FilterExtent {
    let extent = this.known.get(name);
    if (!extent) {
      const value = this.given.value(name);
      const fallback = this.given.defaultOf(name);
      extent = value === undefined && fallback ? this.measure(fallback) : this.json(value);
      this.known.set(name, extent);
    }
    return extent;
  }

  /** Stops where it is too much: who sends a million parts is not read to the end. */
  private json(value: unknown, extent: FilterExtent = { ...NOTHING }): FilterExtent {
    if (typeof value === 'string') this.checkText(value);
    if (typeof value !== 'object' || value === null) return extent;
    for (const part of Object.values(value)) {
      if (Array.isArray(value) && typeof part !== 'object') extent.items++;
      else extent.terms++;
      checkFilters(extent, this.limits);
      this.json(part, extent);
    }
    return extent;
  }

  private checkText(text: string): void {
    if (Buffer.byteLength(text) > this.limits.filterTextBytes)
      exceed(`A text in a filter can have ${this.limits.filterTextBytes} bytes at most.`);
  }
}

/** Refuses what is too much of a request. */
export function checkFilters(
  { terms, items }: FilterExtent,
  limits: Pick<FilterLimits, 'filterTerms' | 'filterItems'>,
): void {
  if (terms > limits.filterTerms)
    exceed(`Filters and orders can have ${limits.filterTerms} terms at most, in all of a request.`);
  if (items > limits.filterItems)
    exceed(
      `The lists in filters and orders can have ${limits.filterItems} items at most, in all of a request.`,
    );
}

const NOTHING: FilterExtent = { terms: 0, items: 0 };
const isPart = ({ kind }: ValueNode) => kind === Kind.OBJECT || kind === Kind.LIST;
/** An empty filter in a list is read like a full one. */
const itemOf = (hasParts: boolean): FilterExtent =>
  hasParts ? { terms: 1, items: 0 } : { terms: 0, items: 1 };
const add = (one: FilterExtent, other: FilterExtent): FilterExtent => ({
  terms: one.terms + other.terms,
  items: one.items + other.items,
});
const sumOf = (extents: FilterExtent[]): FilterExtent => extents.reduce(add, NOTHING);
