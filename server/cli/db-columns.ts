import { say } from './command';
import { runTablesCommand } from './tables';
import { align } from './text';

const COLUMNS = `
  select format('%I', a.attname) as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "isRequired",
    case when a.attidentity <> '' then 'identity' else
      case when a.attgenerated <> '' then 'generated: ' else '' end || pg_get_expr(d.adbin, d.adrelid)
    end as value,
    -- Smart tags are for PostGraphile; what is left is for people.
    regexp_replace(coalesce(col_description(a.attrelid, a.attnum), ''), '(^|\\n)@[^\\n]*', '', 'g') as comment
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

interface Column {
  name: string;
  type: string;
  isRequired: boolean;
  value: string | null;
  comment: string;
}

const HEAD = ['table', 'column', 'type', 'null', 'default', 'comment'];
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

runTablesCommand(
  'db:columns',
  'Lists columns: table, name, type, whether null is allowed, default, comment.',
  async (client, tables) => {
    const rows = [HEAD];
    for (const table of tables) {
      const columns = await client.query<Column>(COLUMNS, [table.oid]);
      for (const { name, type, isRequired, value, comment } of columns.rows)
        rows.push([table.name, name, type, isRequired ? 'not null' : 'null', value ?? '', oneLine(comment)]);
    }
    align(rows).forEach(say);
  },
);
