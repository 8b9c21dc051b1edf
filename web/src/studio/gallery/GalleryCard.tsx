import { memo, useState } from 'react';
import type { GenerationCardFragment } from '../../graphql/generated';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { Media } from '../parts/Media';
import { titleOf } from '../parts/media';
import { CardClip } from './CardClip';
import './GalleryCard.css';

interface GalleryCardProps {
  row: GenerationCardFragment;
  /** The one that Tab reaches. */
  isCurrent: boolean;
  /** Undefined: it is opened, not chosen. */
  isChosen: boolean | undefined;
  onFocus(id: string): void;
  onPress(id: string): void;
  onStar(id: string, starred: boolean): void;
}

export const GalleryCard = memo(function GalleryCard(props: GalleryCardProps) {
  const { row, isCurrent, isChosen, onFocus, onPress, onStar } = props;
  const { id, starred, variantCount, unviewedCount } = row;
  const [isPlaying, setIsPlaying] = useState(false);
  const isVideo = row.type === 'video';
  const isChoosing = isChosen !== undefined;
  return (
    <li
      className="card"
      onPointerEnter={({ pointerType }) => setIsPlaying(isVideo && pointerType === 'mouse')}
      onPointerLeave={() => setIsPlaying(false)}
    >
      <button
        type="button"
        className="card-open"
        data-card={id}
        tabIndex={isCurrent ? 0 : -1}
        {...(isChoosing ? { 'aria-pressed': isChosen } : { 'aria-haspopup': 'dialog' as const })}
        onFocus={() => {
          onFocus(id);
          setIsPlaying(isVideo);
        }}
        onBlur={() => setIsPlaying(false)}
        onClick={() => onPress(id)}
      >
        <span className="visually-hidden">
          {titleOf(row)}
          {isVideo && ', video'}
        </span>
        <Media row={row} alt="" />
        {isPlaying && <CardClip row={row} />}
        <span className="card-badges">
          {variantCount > 1 && (
            <span className="badge over-media">
              <Icon name="layers" size={13} />
              {variantCount}
              <span className="visually-hidden"> variants</span>
            </span>
          )}
          {unviewedCount > 0 && <span className="badge accent">{unviewedCount} new</span>}
        </span>
        {isVideo && (
          <span className="badge over-media card-kind">
            <Icon name="play" size={13} filled />
          </span>
        )}
        <span className="card-prompt" aria-hidden="true">
          <span className="card-words">{row.prompt || titleOf(row)}</span>
        </span>
      </button>
      {isChoosing ? (
        <span className="card-check" aria-hidden="true">
          {isChosen && <Icon name="check" size={16} />}
        </span>
      ) : (
        <IconButton
          icon="star"
          label={`Star ${titleOf(row)}`}
          title="Star"
          className="card-star"
          size={18}
          filled={starred}
          pressed={starred}
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => onStar(id, !starred)}
        />
      )}
    </li>
  );
});
