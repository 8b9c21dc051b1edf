import { randomFor, type Random } from '../random';
import type { Palette } from './color';

/** How much is drawn: 0 for a thumbnail, 1 for a picture, 2 for an upscaled one. */
export type Detail = 0 | 1 | 2;

/** What every brush needs to know. */
export interface Canvas {
  width: number;
  height: number;
  palette: Palette;
  detail: Detail;
  moving: boolean;
  /** Numbers for one part of the picture: the same in every variant of it. */
  random(part: string): Random;
}

/** Sizes in user units by aspect ratio; small, because each coordinate costs bytes. */
const SIZES: Record<string, [number, number]> = {
  '16:9': [320, 180],
  '9:16': [180, 320],
  '4:3': [320, 240],
  '3:4': [240, 320],
  '1:1': [240, 240],
};

export function openCanvas(
  aspect: string,
  seed: string,
  palette: Palette,
  detail: Detail,
  moving: boolean,
): Canvas {
  const [width, height] = SIZES[aspect] ?? [320, 180];
  return { width, height, palette, detail, moving, random: (part) => randomFor(`${seed}/${part}`) };
}

/** What a moving group does: its own small SMIL animation, or nothing in a still. */
export function swayBy(canvas: Canvas, x: number, y: number, seconds: number): string {
  if (!canvas.moving) return '';
  return `<animateTransform attributeName='transform' type='translate' values='0 0;${x} ${y};0 0' dur='${seconds}s' repeatCount='indefinite'/>`;
}

export function pulse(canvas: Canvas, attribute: string, values: string, seconds: number): string {
  if (!canvas.moving) return '';
  return `<animate attributeName='${attribute}' values='${values}' dur='${seconds}s' repeatCount='indefinite'/>`;
}

/** A hilly line across the picture, filled down to its lower edge. Wider than the picture, so it can pan. */
export function drawRidge(
  canvas: Canvas,
  part: string,
  y: number,
  swing: number,
  steps: number,
  fill: string,
): string {
  const random = canvas.random(part);
  const stride = (canvas.width + 60) / steps;
  const points = Array.from({ length: steps + 2 }, (_, i) => ({
    x: Math.round(-30 + (i - 0.5) * stride),
    y: Math.round(y + (random.next() - 0.5) * 2 * swing),
  }));
  let path = `M-30 ${Math.round(y)}`;
  points.slice(0, -1).forEach((point, i) => {
    const following = points[i + 1] ?? point;
    path += `Q${point.x} ${point.y} ${Math.round((point.x + following.x) / 2)} ${Math.round((point.y + following.y) / 2)}`;
  });
  return `<path d='${path}V${canvas.height}H-30z' fill='${fill}'/>`;
}

/** Dots strewn over an area as one path: far smaller than a circle each. */
export function strewDots(canvas: Canvas, part: string, count: number, from: number, to: number): string {
  const random = canvas.random(part);
  let path = '';
  for (let i = 0; i < count; i++) path += `M${random.between(2, canvas.width)} ${random.between(from, to)}h0`;
  return path;
}

/**
 * The picture as a URL that a browser shows without a server. Attributes use single quotes and only what a URL
 * cannot hold is escaped, so that a picture stays below 2 KB.
 */
export function toDataUrl(canvas: Canvas, content: string): string {
  const { width, height } = canvas;
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}' width='${width * 4}' height='${height * 4}'>${content}</svg>`;
  const escaped = svg.replace(
    /[%#<>"]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `data:image/svg+xml,${escaped}`;
}
