import type { Batch, Row } from './follow';

const WORDS: Record<Exclude<Batch['kind'], 'CHANGE'>, string> = {
  READY: 'live: no change after this is missed',
  RESYNC: 'much changed, or too long ago to be told: fetch anew',
};
const LONGEST_VALUE = 60;

/** The lines that tell a person of an item. */
export function print({ kind, changes, originClientId }: Batch, at: Date): string[] {
  const time = at.toTimeString().slice(0, 8);
  if (kind !== 'CHANGE') return [`${time}  ${kind.padEnd(6)}  ${WORDS[kind]}`];
  const by = originClientId ? `  by ${originClientId}` : '';
  return changes.map((row, index) => {
    const what = `${row.operation}  ${row.table.toLowerCase().padEnd(19)} ${row.id}`;
    return `${index === 0 ? time : ' '.repeat(8)}  ${what}  ${describe(row)}${index === 0 ? by : ''}`.trimEnd();
  });
}

function describe({ operation, changedColumns, before, after }: Row): string {
  if (operation !== 'UPDATE') {
    const row = Object.entries(after ?? before ?? {}).filter(([, value]) => value !== null);
    return row.map(([name, value]) => `${name} ${show(value)}`).join(', ');
  }
  return changedColumns
    .map((name) =>
      before && after && name in after ? `${name} ${show(before[name])} → ${show(after[name])}` : name,
    )
    .join(', ');
}

/** On one line, and without what would steer the terminal. */
function show(value: unknown): string {
  const text = String(value).replace(/\p{Cc}/gu, '·');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
