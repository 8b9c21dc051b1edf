import {
  Kind,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { checkFilters, type FilterLimits } from './filters';
import { exceed, refuse } from './refuse';
import type { Values } from './values';

/** What a document may select, its fragments expanded. */
export interface SelectionLimits extends Pick<FilterLimits, 'filterTerms' | 'filterItems'> {
  /** How deep selections nest. */
  depth: number;
  fields: number;
  /** Fields that are given another name, or asked for again beside themselves. */
  aliases: number;
  /** Fields at the top of a query. */
  rootFields: number;
  /** How many changes a mutation makes: its root fields. */
  mutationFields: number;
  directives: number;
  /** Of one field, fragment or operation. */
  directivesEach: number;
  /** How large all values are together. */
  valueBytes: number;
  /** How many parts they have together. */
  valueItems: number;
}

export interface Extent {
  fields: number;
  depth: number;
  /** Of its fields, those at its own level. */
  roots: number;
  aliases: number;
  directives: number;
  /** Of the values of all its arguments. */
  bytes: number;
  /** How many parts these have. */
  items: number;
  /** Of these, what becomes SQL: terms of filters and orders, and items of the lists in them. */
  filterTerms: number;
  filterItems: number;
}

export const nothing = (): Extent => ({
  ...{ fields: 0, depth: 0, roots: 0 },
  ...{ aliases: 0, directives: 0, bytes: 0, items: 0 },
  ...{ filterTerms: 0, filterItems: 0 },
});

/** Measures selections. Each fragment is measured once, however often it is spread: else measuring were the attack. */
export class Selections {
  private readonly measured = new Map<string, Extent>();
  private readonly open = new Set<string>();

  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly values: Values,
    private readonly limits: SelectionLimits,
  ) {}

  measure(set: SelectionSetNode, level = 1): Extent {
    // Guards our own recursion; the depth that counts is added up below.
    if (level > this.limits.depth * 2) this.tooDeep();
    const extent = nothing();
    const names = new Set<string>();
    for (const selection of set.selections) {
      extent.directives += this.directives(selection.directives, extent);
      if (selection.kind === Kind.FIELD) {
        const name = this.nameOf(selection);
        const again = selection.alias !== undefined || names.has(name);
        names.add(name);
        this.add(extent, this.field(selection, level, again));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.add(extent, this.measure(selection.selectionSet, level + 1));
      } else {
        this.add(extent, this.fragment(selection.name.value, level));
      }
    }
    return extent;
  }

  fragment(name: string, level = 1): Extent {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    // Unknown and circular ones are for validation to name.
    if (!fragment || this.open.has(name)) return nothing();
    this.open.add(name);
    const extent = this.measure(fragment.selectionSet, level + 1);
    extent.directives += this.directives(fragment.directives, extent);
    this.open.delete(name);
    this.measured.set(name, extent);
    return extent;
  }

  isMeasured(name: string): boolean {
    return this.measured.has(name);
  }

  /** Adds up, and refuses what is too much as soon as it is. */
  add(extent: Extent, more: Extent): void {
    extent.fields += more.fields;
    extent.depth = Math.max(extent.depth, more.depth);
    extent.roots += more.roots;
    extent.aliases += more.aliases;
    extent.directives += more.directives;
    extent.bytes += more.bytes;
    extent.items += more.items;
    extent.filterTerms += more.filterTerms;
    extent.filterItems += more.filterItems;
    this.check(extent);
  }

  /** @returns how many; their values count as those of fields do */
  directives(directives: readonly DirectiveNode[] | undefined, extent: Extent): number {
    if (!directives) return 0;
    if (directives.length > this.limits.directivesEach)
      exceed(`A field, fragment or operation can have ${this.limits.directivesEach} directives at most.`);
    for (const directive of directives)
      for (const argument of directive.arguments ?? []) extent.bytes += this.values.measure(argument.value);
    return directives.length;
  }

  private field(field: FieldNode, level: number, again: boolean): Extent {
    let bytes = 0;
    let items = 0;
    let filterTerms = 0;
    let filterItems = 0;
    for (const { name, value } of field.arguments ?? []) {
      bytes += this.values.argument(name.value, value);
      const filter = this.values.filter(name.value, value);
      if (filter) {
        filterTerms += filter.terms;
        filterItems += filter.items;
      } else items += this.values.items(value);
    }
    const below = field.selectionSet ? this.measure(field.selectionSet, level + 1) : nothing();
    return {
      fields: below.fields + 1,
      depth: below.depth + 1,
      roots: 1,
      aliases: below.aliases + (again ? 1 : 0),
      directives: below.directives,
      bytes: below.bytes + bytes,
      items: below.items + items,
      filterTerms: below.filterTerms + filterTerms,
      filterItems: below.filterItems + filterItems,
    };
  }

  private check(extent: Extent): void {
    const { limits } = this;
    if (extent.depth > limits.depth) this.tooDeep();
    if (extent.fields > limits.fields)
      exceed(`A request can select ${limits.fields} fields at most, fragments expanded.`);
    if (extent.aliases > limits.aliases) {
      exceed(
        `A request can have ${limits.aliases} aliases at most, fragments expanded; a field asked for again beside itself counts as one.`,
      );
    }
    if (extent.directives > limits.directives)
      exceed(`A request can have ${limits.directives} directives at most, fragments expanded.`);
    if (extent.bytes > limits.valueBytes) {
      exceed(
        `The values of a request can have ${limits.valueBytes} bytes at most, a variable each time it is used.`,
      );
    }
    checkFilters({ terms: extent.filterTerms, items: extent.filterItems }, limits);
    if (extent.items > limits.valueItems) {
      exceed(
        `The values of a request can have ${limits.valueItems} items and fields at most, a variable each time it is used: send it in parts.`,
      );
    }
  }

  /** PostGraphile keeps fields in plain objects: an alias that every object has already would be lost there. */
  private nameOf({ alias, name }: FieldNode): string {
    if (alias && alias.value in Object.prototype)
      refuse('INVALID_INPUT', `${alias.value} cannot be an alias.`);
    return (alias ?? name).value;
  }

  private tooDeep(): never {
    exceed(`A request can nest ${this.limits.depth} levels deep at most.`);
  }
}
