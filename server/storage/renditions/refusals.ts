import { StorageError } from '../errors';

export function unreadable(): StorageError {
  return new StorageError(
    'ImageProcessingError',
    'The object is no picture that is rendered: JPEG, PNG, WebP, GIF, AVIF or TIFF',
  );
}

export function putTogether(): StorageError {
  return new StorageError(
    'ImageProcessingError',
    'The picture is put together of others, which is not rendered: store it as one',
  );
}

export function tooManyPixels(most: number): StorageError {
  const megapixels = Math.floor(most / 100_000) / 10;
  return new StorageError(
    'ImageProcessingError',
    `The picture has more than ${megapixels} megapixels, the most that is rendered of its format`,
  );
}
