import { changeArguments } from './functionArguments';

/**
 * Describes the arguments of functions, which PostgreSQL has no comments for: a tag `@arg shot_id The shot.` in
 * the function's comment for each, by its name in SQL. A default stands there in words: the schema shows none.
 */
export const argumentDescriptions = changeArguments((fn) => {
  const given = fn.argNames.filter((_, index) => !/[ot]/.test(fn.argModes[index] ?? 'i'));
  const descriptions = new Map(
    [fn.tags.arg ?? []].flat().map((tag) => {
      const [, name = '', words = ''] = /^(\S+)\s*(.*)$/.exec(String(tag)) ?? [];
      if (!given.includes(name))
        throw new Error(`${fn.name} has no argument "${name}" that @arg could describe.`);
      return [name, words.trim()];
    }),
  );
  return (name, argument) => ({ ...argument, description: descriptions.get(name) || argument.description });
});
