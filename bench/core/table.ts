import type { Row, Target } from './scenario';

const ESCAPED = /[|\n]/g;
const cell = (text: string) => text.replace(ESCAPED, (found) => (found === '|' ? '\\|' : '<br>'));

/** `0.74 × floor (≥ 0.8 × floor): not met`. */
export function describeTarget({ wanted, measured, isMet }: Target): string {
  const verdict = isMet === undefined ? 'not measured' : isMet ? 'met' : '**not met**';
  return `${measured} (${wanted}): ${verdict}`;
}

/** A Markdown table of what was measured: a line for each row. */
export function writeTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, unit, figures, targets, limit, load }) => {
    const peers = figures.map(({ peer, text }) => `${peer}: ${text}`).join('\n');
    const cells = [
      unit ? `${name}, ${unit}` : name,
      peers,
      targets.map(describeTarget).join('\n') || '–',
      limit,
      load?.toFixed(0) ?? '',
    ];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return ['| scenario | measured | target | limited by | load |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}
