/** Names and comments are anybody's text: what would move the cursor or recolour the terminal is shown as what it is. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60]/u;

/** How many places a text takes in a terminal: accents take none, an ideograph takes two. */
export function widthOf(text: string): number {
  return Array.from(text.replace(/\p{M}/gu, '')).reduce((sum, char) => sum + (WIDE.test(char) ? 2 : 1), 0);
}

/** Rows as lines, each column as wide as its widest cell but for the last. */
export function align(rows: string[][]): string[] {
  const shown = rows.map((row) => row.map(visible));
  const widths = (shown[0] ?? []).map((_, place) =>
    Math.max(...shown.map((row) => widthOf(row[place] ?? ''))),
  );
  return shown.map((row) =>
    row
      .map((cell, place) => cell + ' '.repeat(Math.max(0, (widths[place] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}
