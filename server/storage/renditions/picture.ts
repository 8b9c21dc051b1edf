import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp';
import { StorageError } from '../errors';
import type { Wanted } from './accept';
import { isPutTogether } from './avif';
import { measure, type Measures } from './measures';
import { putTogether, tooManyPixels, unreadable } from './refusals';
import type { Transform } from './transform';

export interface Rendition {
  bytes: Buffer;
  type: string;
}

export interface PictureBounds {
  /** Of the picture as it lies there, whatever is made of it. */
  pixelsMax: number;
  timeoutMs: number;
}

/** By the name that libvips gives them. The rest of what it reads is closed, see below. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map(
  (name) => `VipsForeignLoad${name}Buffer`,
);

/**
 * AV1 is decoded as a whole, in about 16 bytes for each pixel where the others take 3 to 8: 50 million of them took
 * 800 MB.
 */
const AVIF_SHARE = 4;

/**
 * Sets libvips up for a server; it has one set of settings for the process. Done as this file is
 * read, so that nobody draws before.
 * - Only readers of photographs are open, and only from memory: SVG would read other files and addresses, and every
 *   further format is one more parser for hostile input.
 * - One thread for each picture: more of them finish one picture sooner but not more pictures, and each has its own
 *   buffers. How many pictures there are at once is ours to bound.
 * - No cache of operations: no two requests are for the same work, what is made is kept by us.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
sharp.concurrency(1);
sharp.cache(false);

/**
 * Makes a rendition of a picture: turned as its camera was held, in sRGB, and without what was written into the file
 * beside the picture, such as where it was taken. Of a moving one it is the first frame.
 *
 * sharp is told the time it has, but can stop between rows alone, not in a decoder or an encoder that takes a picture
 * as a whole. Their time is bounded by the pixels on either side.
 * @throws StorageError ImageProcessingError
 */
export async function drawRendition(
  bytes: Buffer,
  transform: Transform,
  wanted: Wanted,
  { pixelsMax, timeoutMs }: PictureBounds,
): Promise<Rendition> {
  try {
    const open = () =>
      sharp(bytes, { limitInputPixels: pixelsMax, failOn: 'error', sequentialRead: true, pages: 1 });
    const found = await open().metadata();
    const isAvif = found.format === 'heif';
    if (isAvif && found.compression !== 'av1') throw unreadable();
    if (isAvif && isPutTogether(bytes)) throw putTogether();
    if (isAvif && found.width * found.height > pixelsMax / AVIF_SHARE)
      throw tooManyPixels(pixelsMax / AVIF_SHARE);
    const size = boundAvif(measure(found.autoOrient, transform), wanted === 'avif' || isAvif);
    const resized = open()
      .timeout({ seconds: Math.ceil(timeoutMs / 1_000) })
      .autoOrient()
      .resize(size.width, size.height, { fit: transform.resize === 'cover' ? 'cover' : 'fill' });
    const { data, info } = await encode(resized, found, transform.quality, wanted).toBuffer({
      resolveWithObject: true,
    });
    return { bytes: data, type: typeOf(info) };
  } catch (error) {
    throw error instanceof StorageError ? error : explain(error, pixelsMax);
  }
}

/** As much as takes a second or two: nothing stops the encoder. */
const AVIF_PIXELS_MAX = 1_500_000;

function boundAvif(size: Measures, isAvif: boolean): Measures {
  const share = AVIF_PIXELS_MAX / (size.width * size.height);
  if (!isAvif || share >= 1) return size;
  const scale = Math.sqrt(share);
  return {
    width: Math.max(1, Math.floor(size.width * scale)),
    height: Math.max(1, Math.floor(size.height * scale)),
  };
}

function encode(picture: Sharp, { format, hasAlpha }: Metadata, quality: number, wanted: Wanted): Sharp {
  // The least effort there is: at the usual one the largest rendition takes a minute, and nothing can stop it.
  const asAvif = () => picture.avif({ quality, effort: 0 });
  if (wanted === 'avif') return asAvif();
  if (wanted === 'webp') return picture.webp({ quality });
  switch (format) {
    case 'jpeg':
      return picture.jpeg({ quality });
    case 'webp':
      return picture.webp({ quality });
    case 'heif':
      return asAvif();
    // No browser shows a TIFF.
    case 'tiff':
      return hasAlpha ? picture.png() : picture.jpeg({ quality });
    // Also of a GIF: one frame has all of its colours in a PNG, while finding 256 for a large one takes 20 seconds.
    default:
      return picture.png();
  }
}

function typeOf({ format }: OutputInfo): string {
  return `image/${format === 'heif' ? 'avif' : format}`;
}

/** The library's own words name its parts, and are of no use to whoever asked. They stay for the log. */
function explain(error: unknown, pixelsMax: number): StorageError {
  const { message } = error as Error;
  const refusal = /exceeds pixel limit/.test(message)
    ? tooManyPixels(pixelsMax)
    : /^timeout/.test(message)
      ? new StorageError('ImageProcessingError', 'Rendering the picture takes too long')
      : /unsupported image format|is empty/.test(message)
        ? unreadable()
        : new StorageError('ImageProcessingError', 'The picture is broken or cut off');
  refusal.cause = error;
  return refusal;
}
