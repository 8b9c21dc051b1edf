import { parse } from 'graphql';
import { makeExtendSchemaPlugin } from 'graphile-utils';
import type { RealtimeTable } from '../../realtime/change';
import type { Item } from '../../realtime/delivery';
import { rowOf, ROWS, type RealtimeContext } from './realtimeRows';

const TABLES = Object.keys(ROWS) as RealtimeTable[];

const typeOf = (table: RealtimeTable) => `${ROWS[table].type}Change`;

/** What a change says of itself, in a batch and alone. */
const facts = (required: '!' | '') => `
  "What happened to the row."
  operation: RealtimeOperation${required}
  "The table of the row."
  table: RealtimeTable${required}
  "The row."
  id: UUID${required}
  "The shot it belongs to or is aimed at."
  shotId: UUID
  "The generation it is, belongs to, or is aimed at."
  generationId: UUID
  "The generation it is a part of."
  parentGenerationId: UUID
  "Fields that an UPDATE changed."
  changedColumns: [String!]${required}
  "The small columns before; null for an INSERT."
  before: SmallColumns
  "The small columns after; null for a DELETE."
  after: SmallColumns
  "The X-Client-Id of the request that made the change."
  originClientId: String`;

const rowField = (table: RealtimeTable) => `
  "The row as it is when this is sent, under the subscriber's rights; null when it is gone."
  ${ROWS[table].field}: ${ROWS[table].type}`;

const typeDefs = parse(`
  "A table that can be followed."
  enum RealtimeTable { ${TABLES.join(' ')} }

  "What an item of a subscription is."
  enum RealtimeKind {
    "The stream is live: no change after this is missed."
    READY
    "Something changed."
    CHANGE
    "Something changed that is not told one by one, or can no longer be told: fetch anew what you show."
    RESYNC
  }

  "What happened to a row."
  enum RealtimeOperation { INSERT UPDATE DELETE }

  "The columns a client decides by. One that the table does not have is null, and so is a location of more than 2 kB."
  type SmallColumns {
    "Of a task."
    status: TaskStatus
    "Of a generation or a variant."
    location: String
    "Of a generation or a variant."
    thumbnailUrl: String
    "Of a generation or a variant."
    starred: Boolean
    "Of a variant."
    isPrimary: Boolean
    "Of a generation or its place in a shot."
    timelineFrame: Int
    "Of a place in a shot."
    position: Int
    "Of a variant."
    viewedAt: Datetime
    "Of a shot."
    order: Int
  }

  "A changed row."
  type Change {
    "The project of the row."
    projectId: UUID!
    ${facts('!')}
    ${TABLES.map(rowField).join('')}
  }

  "What one transaction changed in a project, or where the stream stands."
  type ChangeBatch {
    "What this item is."
    kind: RealtimeKind!
    "The place behind this item: give it as \`after\` to go on from here."
    cursor: String!
    "The project."
    projectId: UUID!
    "The changed rows, in the order in which they changed; empty unless the kind is CHANGE."
    changes: [Change!]!
    "The X-Client-Id of the request that made the changes."
    originClientId: String
  }

  ${TABLES.map(
    (table) => `
  "A changed row of one table, or where the stream stands."
  type ${typeOf(table)} {
    "What this item is."
    kind: RealtimeKind!
    "The place behind this item: give it as \`after\` to go on from here."
    cursor: String!
    "The project."
    projectId: UUID!
    ${facts('')}
    ${rowField(table)}
  }`,
  ).join('\n')}

  extend type Subscription {
    "The changes of a project, one item for each transaction."
    projectChanges(
      "The project."
      projectId: UUID!
      "The tables to follow, one at least; all but SHOTS when left out."
      tables: [RealtimeTable!]
      "A cursor: first comes what happened since."
      after: String
    ): ChangeBatch
    ${TABLES.map(
      (table) => `
    "The changes of a project's ${ROWS[table].table.replace('_', ' ')}, one item for each row."
    ${ROWS[table].root}(
      "The project."
      projectId: UUID!
      "A cursor: first comes what happened since."
      after: String
    ): ${typeOf(table)}`,
    ).join('\n')}
  }
`);

/** The subscription fields, and the types of what they give. What is told and when is server/realtime's. */
export const realtime = makeExtendSchemaPlugin(() => ({
  typeDefs,
  resolvers: {
    Subscription: {
      projectChanges: {
        subscribe: (_: unknown, given: Given, { follow }: RealtimeContext) =>
          follow({ ...rest(given), tables: given.tables ?? undefined, each: 'transaction' }),
        resolve: (item: Item) => ({ ...item, originClientId: item.changes[0]?.originClientId }),
      },
      ...Object.fromEntries(
        TABLES.map((table) => [
          ROWS[table].root,
          {
            subscribe: (_: unknown, given: Given, { follow }: RealtimeContext) =>
              follow({ ...rest(given), tables: [table], each: 'row' }),
            resolve: ({ kind, cursor, projectId, changes }: Item) => ({
              ...changes[0],
              kind,
              cursor,
              projectId,
              changes,
            }),
          },
        ]),
      ),
    },
    ChangeBatch: {
      changes: ({ changes }: Item) => changes.map((change) => ({ ...change, changes })),
    },
    Change: Object.fromEntries(TABLES.map((table) => [ROWS[table].field, rowOf(table)])),
    ...Object.fromEntries(TABLES.map((table) => [typeOf(table), { [ROWS[table].field]: rowOf(table) }])),
  } as never,
}));

interface Given {
  projectId: string;
  tables?: RealtimeTable[] | null;
  after?: string | null;
}

const rest = ({ projectId, after }: Given) => ({ projectId, after: after ?? undefined });
