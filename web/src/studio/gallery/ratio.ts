const SQUARE = 1;
const TALLEST = 3 / 4;
const WIDEST = 16 / 9;

/** Of the cards: as the project's pictures are, but neither so tall nor so wide that few are in sight. */
export function cardRatio(aspectRatio: string | null): number {
  const [width, height] = (aspectRatio ?? '').split(':').map(Number);
  if (!width || !height) return SQUARE;
  return Math.min(WIDEST, Math.max(TALLEST, width / height));
}
