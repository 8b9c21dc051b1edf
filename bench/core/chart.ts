import type { Row } from './scenario';

const WIDTH = 860;
const LABEL = 170;
const BAR = 16;
const GAP = 14;
const TITLE = 18;
const COLORS = ['#2f6f4f', '#7a7f87', '#b08a3e', '#5b6fae', '#9c5a5a', '#5a8f9c'];

const escape = (text: string) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

/** A picture of the same: for each row a bar for each peer, the longest as long as there is room. */
export function drawChart(rows: readonly Row[], title: string): string {
  const parts: string[] = [];
  let y = 40;
  for (const { name, unit, figures } of rows) {
    const drawn = figures.filter((figure) => figure.value !== undefined && Number.isFinite(figure.value));
    if (drawn.length === 0) continue;
    const most = Math.max(...drawn.map(({ value = 0 }) => value));
    parts.push(`<text x="10" y="${y + 12}" class="title">${escape(`${name}, ${unit}`)}</text>`);
    y += TITLE;
    drawn.forEach(({ peer, value = 0, text }, n) => {
      const width = most > 0 ? Math.max(1, (value / most) * (WIDTH - LABEL - 230)) : 1;
      parts.push(
        `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escape(peer)}</text>`,
        `<rect x="${LABEL}" y="${y + 2}" width="${width.toFixed(1)}" height="${BAR - 4}" fill="${COLORS[n % COLORS.length]}"/>`,
        `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 12}">${escape(text)}</text>`,
      );
      y += BAR;
    });
    y += GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">`,
    '<style>text{font:12px sans-serif;fill:#222}.title{font-weight:bold}</style>',
    `<rect width="100%" height="100%" fill="#fff"/><text x="10" y="22" class="title">${escape(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
