import { useState, type ComponentProps } from 'react';
import { Media } from '../parts/Media';

/**
 * The address of a private file is another in each answer: as long as it is the same file the first one is kept, or
 * it would be loaded again whenever something changes.
 */
export function SteadyMedia({ row, ...rest }: ComponentProps<typeof Media>) {
  const [held, setHeld] = useState(row);
  const isSame = held.location === row.location && held.thumbnailUrl === row.thumbnailUrl;
  const isBetter = !held.mediaUrl && Boolean(row.mediaUrl);
  if (!isSame || isBetter) setHeld(row);
  const { mediaUrl = null, previewUrl = null } = isSame && !isBetter ? held : row;
  return <Media row={{ ...row, mediaUrl, previewUrl }} {...rest} />;
}
