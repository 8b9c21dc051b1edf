import type { Plugin } from 'graphile-build';

/**
 * Takes away what PostGraphile adds for clients of long ago: `query` inside Query, which nests without
 * end (payloads keep theirs), and the copy by nodeId of every lookup and mutation, which answers garbage
 * with null instead of an error. `node(nodeId)` stays.
 */
export const leanRoots: Plugin = (builder) => {
  builder.hook('GraphQLObjectType:fields', (fields, _build, context) => {
    const { isRootQuery, isRootMutation } = context.scope as {
      isRootQuery?: boolean;
      isRootMutation?: boolean;
    };
    if (!isRootQuery && !isRootMutation) return fields;
    return Object.fromEntries(
      Object.entries(fields).filter(
        ([name]) => !name.endsWith('ByNodeId') && !(isRootQuery && name === 'query'),
      ),
    );
  });
};
