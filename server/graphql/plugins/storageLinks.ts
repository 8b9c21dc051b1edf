import type { Plugin } from 'graphile-build';
import { GraphQLInt, GraphQLString } from 'graphql';
import * as sql from 'pg-sql2';
import { RequestError } from '../../errors';
import type { Picture, StorageLinks } from '../../storage/links';
import type { RowFieldsContext } from './rowFields';

type SQL = sql.SQLQuery;

interface QueryBuilder {
  getTableAlias(): SQL;
  select(expression: () => SQL, alias: string): void;
}

/** What a row says of a file: the text itself and, where that is a path in storage, how the caller comes by the object. */
interface Located {
  location: string | null;
  object: { bucket: string; name: string; access: 'public' | 'signed' | 'none' } | null;
}

type Row = Record<string, Located | null | undefined>;

interface Link {
  field: string;
  description: string;
  /** Of the table: the first that has a value. */
  columns: readonly string[];
  isPreview?: boolean;
}

const media = (column: string): Link => ({
  field: 'mediaUrl',
  columns: [column],
  description: `An address that a browser can load it from: \`${column}\`, and of a path in storage the address of the object. That of a private object works for an hour, and is null for whoever may not read it.`,
});
const preview: Link = {
  field: 'previewUrl',
  columns: ['thumbnail_url', 'location'],
  isPreview: true,
  description:
    'An address of a picture to show in its place: its thumbnail or, when it is an image, itself. Null for others without a thumbnail.',
};

const LINKS: Record<string, readonly Link[]> = {
  generations: [media('location'), preview],
  generation_variants: [media('location'), preview],
  training_data: [media('url')],
  tasks: [{ ...media('output_location'), field: 'outputUrl' }],
  resources: [{ ...media('url'), field: 'fileUrl' }],
  storage_objects: [
    {
      field: 'url',
      columns: ['name'],
      description:
        'An address that a browser can load it from. That of an object in a private bucket works for an hour.',
    },
  ],
};

/** What renditions are made of. */
const IS_IMAGE = /\.(?:avif|gif|jpe?g|png|webp)(?:[?#]|$)/i;
const WIDTH_MAX = 2_500;

/**
 * Gives rows that name a file the address of it. What can be read by whom is decided in the statement that reads the
 * row (`storage.link_of`), so that a page of rows asks nothing more; addresses are made and signed here.
 */
export function storageLinks(links: StorageLinks): Plugin {
  return (builder) => {
    builder.hook('GraphQLObjectType:fields', (fields, _build, ourContext) => {
      const { scope, fieldWithHooks } = ourContext as unknown as RowFieldsContext<QueryBuilder>;
      const table = scope.pgIntrospection;
      if (!scope.isPgRowType || table?.kind !== 'class' || table.namespaceName !== 'public') return fields;
      const additions: typeof fields = {};
      const ask = askOnce(table.name);
      for (const { field, columns, description, isPreview = false } of LINKS[table.name] ?? []) {
        additions[field] = fieldWithHooks(
          field,
          ({ addDataGenerator }) => {
            addDataGenerator(() => ({
              pgQuery: (queryBuilder) => columns.forEach((column) => ask(queryBuilder, column)),
            }));
            return {
              type: GraphQLString,
              description,
              ...(isPreview ? { args: { width: { type: GraphQLInt, description: WIDTH } } } : {}),
              resolve: (row: Row, { width }: { width?: number | null }) =>
                isPreview
                  ? previewOf(row, links, readPicture(width))
                  : addressOf(row[aliasOf(columns[0]!)], links),
            };
          },
          { isStorageLinkField: true },
        );
      }
      return { ...fields, ...additions };
    });
  };
}

const WIDTH = `How wide it is shown, 1 to ${WIDTH_MAX} pixels: an image in storage is made no larger than that. Default: null, as it is.`;

function readPicture(width: number | null | undefined): Picture | undefined {
  if (width == null) return undefined;
  if (width < 1 || width > WIDTH_MAX)
    throw new RequestError('INVALID_INPUT', `width must be a whole number from 1 to ${WIDTH_MAX}.`);
  return { width };
}

/** Nothing a document can name, so that it stands in nobody's way. */
const aliasOf = (column: string) => `@@link_${column}`;

/** Selects a column's text and object, however many fields are made of it. */
function askOnce(table: string) {
  const asked = new WeakMap<QueryBuilder, Set<string>>();
  return (queryBuilder: QueryBuilder, column: string): void => {
    const columns = asked.get(queryBuilder) ?? new Set<string>();
    asked.set(queryBuilder, columns);
    if (columns.has(column)) return;
    columns.add(column);
    queryBuilder.select(() => {
      const row = queryBuilder.getTableAlias();
      const value = sql.fragment`${row}.${sql.identifier(column)}`;
      const object =
        table === 'storage_objects'
          ? // That the caller sees the row is his right to read it.
            sql.fragment`json_build_object('bucket', ${row}.bucket_id, 'name', ${row}.name, 'access',
              case when ${row}.bucket_id = any (array(select b from storage.public_buckets() as b)) then 'public' else 'signed' end)`
          : sql.fragment`(select to_json(l) from storage.link_of(${value}) as l)`;
      return sql.fragment`json_build_object('location', ${value}, 'object', ${object})`;
    }, aliasOf(column));
  };
}

/** Whoever wrote it, it must not run where it is put into a page. */
function isLoadable(location: string | null | undefined): location is string {
  if (typeof location !== 'string') return false;
  // A browser takes no notice of blanks and control characters before or within a scheme.
  const bare = location.replace(/[\s\p{Cc}]+/gu, '');
  return !/^[a-z][a-z0-9+.-]*:/i.test(bare) || /^(?:https?:|data:(?:image|video|audio)\/)/i.test(bare);
}

function addressOf(
  located: Located | null | undefined,
  links: StorageLinks,
  picture?: Picture,
): string | null | Promise<string | null> {
  const object = located?.object;
  if (!object) return isLoadable(located?.location) ? located.location : null;
  if (object.access === 'none') return null;
  return object.access === 'public' ? links.open(object, picture) : links.signed(object, picture);
}

function previewOf(row: Row, links: StorageLinks, picture: Picture | undefined) {
  const thumbnail = row[aliasOf('thumbnail_url')];
  if (thumbnail?.location) return addressOf(thumbnail, links, picture);
  const itself = row[aliasOf('location')];
  return IS_IMAGE.test(itself?.location ?? '') ? addressOf(itself, links, picture) : null;
}
