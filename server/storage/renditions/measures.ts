import type { Transform } from './transform';

export interface Measures {
  width: number;
  height: number;
}

/**
 * What the largest picture has that can be asked for by both sides. It holds for whoever asks for one side or none as
 * well: an encoder runs to its end whatever becomes of its caller, so what it is given has to be small enough.
 */
export const RENDITION_PIXELS_MAX = 2_500 * 2_500;
/** WebP has no longer side. */
const SIDE_MAX = 16_383;

/**
 * How large a rendition becomes. It is never larger than the picture: pixels that are not there cannot be shown, and
 * a small file would else make a large one. Where both sides cannot be had, the shape that was asked for is kept.
 */
export function measure(picture: Measures, { width, height, resize }: Transform): Measures {
  const wide = (width ?? picture.width) / picture.width;
  const high = (height ?? picture.height) / picture.height;
  const scaled = (x: number, y: number) => bound({ width: picture.width * x, height: picture.height * y });
  if (resize === 'fill') {
    const larger = Math.max(wide, high, 1);
    return scaled(wide / larger, high / larger);
  }
  if (width === undefined || height === undefined) {
    const one = Math.min(width === undefined ? high : wide, 1);
    return scaled(one, one);
  }
  if (resize === 'contain') {
    const one = Math.min(wide, high, 1);
    return scaled(one, one);
  }
  return bound({ width: Math.min(width, picture.width), height: Math.min(height, picture.height) });
}

function bound({ width, height }: Measures): Measures {
  const smaller = Math.min(
    1,
    Math.sqrt(RENDITION_PIXELS_MAX / (width * height)),
    SIDE_MAX / Math.max(width, height),
  );
  const whole = (side: number) => Math.max(1, Math.round(side * smaller));
  return { width: whole(width), height: whole(height) };
}
