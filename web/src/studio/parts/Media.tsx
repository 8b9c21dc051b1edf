import { useState } from 'react';
import { Icon } from './Icon';
import { isClip, mediaOf, previewOf, titleOf, type MediaRow } from './media';
import './Media.css';

interface MediaProps {
  row: MediaRow;
  /** `preview`: small and still. `whole`: the thing itself, with controls when it is a clip. */
  show?: 'preview' | 'whole';
  /** Empty where its name stands beside it. */
  alt?: string;
  fit?: 'cover' | 'contain';
}

export function Media({ row, show = 'preview', alt = titleOf(row), fit = 'cover' }: MediaProps) {
  const media = mediaOf(row);
  const preview = previewOf(row);
  const [broken, setBroken] = useState<string>();
  const className = `media ${fit}`;
  const source = show === 'whole' ? (media ?? preview) : (preview ?? media);
  if (!source || source === broken) {
    return (
      <div className={`${className} missing`} role="img" aria-label={alt || titleOf(row)}>
        <Icon name={row.type === 'video' ? 'play' : 'gallery'} size={28} />
      </div>
    );
  }
  if (source === media && isClip(row, source)) {
    return (
      <video
        className={className}
        src={source}
        {...(preview ? { poster: preview } : {})}
        aria-label={alt}
        preload="metadata"
        playsInline
        loop
        muted
        controls={show === 'whole'}
        onError={() => setBroken(source)}
      />
    );
  }
  return (
    <img
      className={className}
      src={source}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setBroken(source)}
    />
  );
}
