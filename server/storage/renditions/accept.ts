import type { Transform } from './transform';

/** The format that comes out: `origin` is that of the picture itself. */
export type Wanted = 'webp' | 'avif' | 'origin';

/**
 * Which format a caller gets, by what he asked for or else by the `Accept` of his request. Only who names WebP shows it
 * for certain: whoever takes anything may keep the file for another program.
 */
export function chooseFormat({ format }: Transform, accept = ''): Wanted {
  return format ?? (accept.split(',').some(namesWebp) ? 'webp' : 'origin');
}

function namesWebp(range: string): boolean {
  const [type = '', ...params] = range.toLowerCase().split(';');
  const isRefused = params.some((param) => /^\s*q\s*=\s*0(\.0*)?\s*$/.test(param));
  return type.trim() === 'image/webp' && !isRefused;
}

/**
 * The type of a rendition, as far as the type of its object says it; undefined where only the drawing does. What the
 * drawing makes of each is in picture.ts.
 */
export function typeOfRendition(wanted: Wanted, ofObject: string | undefined): string | undefined {
  if (wanted !== 'origin') return `image/${wanted}`;
  if (ofObject === 'image/gif') return 'image/png';
  return /^image\/(jpeg|png|webp|avif)$/.test(ofObject ?? '') ? ofObject : undefined;
}
