import { plain } from '../parts/words';

/** Tools of the studio that leave something in a gallery; there may be others, which a project's pictures name. */
export const KNOWN_TOOLS: readonly string[] = [
  'image-generation',
  'magic-edit',
  'upscale',
  'travel-between-images',
  'character-animate',
  'join-clips',
  'video-upscale',
  'video-enhance',
];

export function toolName(tool: string): string {
  const words = plain(tool);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
