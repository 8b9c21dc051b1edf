/** An object as far as listings show it, and an entry of a listing: a folder ends in '/', and is as old as its oldest object. */
export interface Entry {
  name: string;
  createdAt: Date;
}

export interface Wanted {
  prefix: string;
  /** One entry for all that lies in a folder below the prefix. */
  grouped: boolean;
  descending: boolean;
}

export const isFolder = ({ name }: Entry) => name.endsWith('/');

export const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const byName = (one: Entry, other: Entry) => byBytes(one.name, other.name);
const byAge = (one: Entry, other: Entry) =>
  one.createdAt.getTime() - other.createdAt.getTime() || byName(one, other);

function ordered(
  entries: Entry[],
  order: (one: Entry, other: Entry) => number,
  descending: boolean,
): Entry[] {
  const sorted = [...entries].sort(order);
  return descending ? sorted.reverse() : sorted;
}

/** What there is to be listed, in no order. */
function entriesOf(objects: Entry[], { prefix, grouped }: Wanted): Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of objects.filter(({ name }) => name.startsWith(prefix))) {
    const slash = grouped ? object.name.indexOf('/', prefix.length) : -1;
    const name = slash < 0 ? object.name : object.name.slice(0, slash + 1);
    const known = entries.get(name);
    if (!known || object.createdAt < known.createdAt)
      entries.set(name, { name, createdAt: object.createdAt });
  }
  return [...entries.values()];
}

/** By name, from what comes after a name; of a folder, from what comes after all that is in it. */
export function byNameAfter(objects: Entry[], wanted: Wanted, after: string | null): string[] {
  const { prefix, grouped, descending } = wanted;
  const told =
    grouped &&
    after !== null &&
    entriesOf(objects, wanted).some((entry) => isFolder(entry) && entry.name === after);
  const rest = objects.filter(({ name }) => {
    if (after === null) return true;
    if (told && name.startsWith(after)) return false;
    return descending ? byBytes(name, after) < 0 : byBytes(name, after) > 0;
  });
  return ordered(entriesOf(rest, { prefix, grouped, descending }), byName, descending).map(
    ({ name }) => name,
  );
}

/** By age, after an entry. */
export function byAgeAfter(objects: Entry[], wanted: Wanted, after: Entry | null): Entry[] {
  const all = ordered(entriesOf(objects, wanted), byAge, wanted.descending);
  return after ? all.slice(all.findIndex(({ name }) => name === after.name) + 1) : all;
}

/** One level, named from the prefix on, as the first listing has it. By age, folders come first. */
export function level(objects: Entry[], wanted: Wanted, by: 'name' | 'age', search: string): string[] {
  const entries = entriesOf(objects, { ...wanted, grouped: true });
  const folders = by === 'age' ? entries.filter(isFolder) : [];
  const rest = by === 'age' ? entries.filter((entry) => !isFolder(entry)) : entries;
  return [
    ...ordered(folders, byName, wanted.descending),
    ...ordered(rest, by === 'age' ? byAge : byName, wanted.descending),
  ]
    .map(({ name }) => name.slice(wanted.prefix.length).replace(/\/$/, ''))
    .filter((label) => label.toLowerCase().startsWith(search.toLowerCase()));
}
