import { isClip, mediaOf, previewOf, type MediaRow } from '../parts/media';

const STILL = '(prefers-reduced-motion: reduce)';

/** Plays over the still of a card, silently. Not for whoever asked for less motion. */
export function CardClip({ row }: { row: MediaRow }) {
  const source = mediaOf(row);
  if (!source || window.matchMedia(STILL).matches) return null;
  if (!isClip(row, source)) return <img className="media cover card-clip" src={source} alt="" />;
  return (
    <video
      className="media cover card-clip"
      src={source}
      poster={previewOf(row)}
      aria-hidden="true"
      autoPlay
      muted
      loop
      playsInline
    />
  );
}
