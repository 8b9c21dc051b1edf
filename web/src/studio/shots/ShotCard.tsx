import { memo, useState, type CSSProperties, type PointerEvent } from 'react';
import { Link } from 'wouter';
import { places } from '../frame/places';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { Media } from '../parts/Media';
import { NameField } from '../parts/NameField';
import type { Dragged } from '../parts/sortable';
import { stepOf } from '../parts/useOrdering';
import { count } from '../parts/words';
import { isComing, type Shot } from './shots';
import './ShotCard.css';

interface ShotCardProps {
  shot: Shot;
  place: number;
  of: number;
  dragged: Dragged | undefined;
  onGrab(event: PointerEvent, id: string): void;
  onMove(id: string, by: 1 | -1): void;
  onRename(id: string, name: string): void;
  onDuplicate(shot: Shot): void;
  onDelete(shot: Shot): void;
}

export const ShotCard = memo(function ShotCard(props: ShotCardProps) {
  const { shot, place, of, dragged, onGrab, onMove, onRename, onDuplicate, onDelete } = props;
  const [isRenaming, setIsRenaming] = useState(false);
  const coming = isComing(shot);
  const style: CSSProperties | undefined = dragged && {
    transform: `translate(${dragged.dx}px, ${dragged.dy}px)`,
  };
  return (
    <li
      className={`shot-card ${dragged ? 'dragged' : ''} ${coming ? 'coming' : ''}`}
      data-sort={shot.id}
      style={style}
      onPointerDown={(event) => onGrab(event, shot.id)}
      onKeyDown={(event) => {
        const by = stepOf(event);
        if (!by) return;
        event.preventDefault();
        onMove(shot.id, by);
      }}
    >
      <Link
        href={places.shot(shot.projectId, shot.id)}
        className="shot-card-open"
        draggable={false}
        tabIndex={-1}
        aria-hidden="true"
      >
        <Collage shot={shot} />
      </Link>
      <div className="shot-card-words">
        <span className="shot-card-place number">{place + 1}</span>
        <div className="shot-card-title">
          {isRenaming ? (
            <NameField
              name={shot.name}
              label={`Name of ${shot.name}`}
              onDone={(name) => {
                setIsRenaming(false);
                if (name) onRename(shot.id, name);
              }}
            />
          ) : (
            <h2 className="clip">
              <Link href={places.shot(shot.projectId, shot.id)} draggable={false} title={shot.name}>
                {shot.name}
              </Link>
            </h2>
          )}
          <Counts shot={shot} />
        </div>
        <button
          type="button"
          className="icon-button quiet shot-card-grip"
          data-grip=""
          aria-label={`Move ${shot.name}: drag, or Alt and an arrow key`}
          title="Drag, or Alt + arrow keys"
        >
          <Icon name="grip" size={18} />
        </button>
      </div>
      <div className="shot-card-actions">
        <IconButton
          icon="edit"
          size={18}
          label={`Rename ${shot.name}`}
          disabled={coming}
          onClick={() => setIsRenaming(true)}
        />
        <IconButton
          icon="copy"
          size={18}
          label={`Duplicate ${shot.name}`}
          disabled={coming}
          onClick={() => onDuplicate(shot)}
        />
        <IconButton
          icon="trash"
          size={18}
          label={`Delete ${shot.name}`}
          disabled={coming}
          onClick={() => onDelete(shot)}
        />
        <span className="shot-card-gap" />
        <IconButton
          icon="back"
          size={18}
          label={`Move ${shot.name} earlier`}
          aria-disabled={place === 0}
          onClick={() => onMove(shot.id, -1)}
        />
        <IconButton
          icon="forward"
          size={18}
          label={`Move ${shot.name} later`}
          aria-disabled={place === of - 1}
          onClick={() => onMove(shot.id, 1)}
        />
      </div>
    </li>
  );
});

/** The first picture large, those behind it small. */
function Collage({ shot }: { shot: Shot }) {
  const { nodes } = shot.shotGenerations;
  if (nodes.length === 0) {
    return (
      <div className="shot-card-collage empty">
        <Icon name="shots" size={32} />
      </div>
    );
  }
  return (
    <div className={`shot-card-collage of-${nodes.length}`}>
      {nodes.map(({ id, generation }) => (
        <div key={id} className="shot-card-preview">
          {generation && <Media row={generation} alt="" />}
        </div>
      ))}
    </div>
  );
}

function Counts({ shot }: { shot: Shot }) {
  const { imageCount, finalVideoCount, unpositionedCount, shotGenerations } = shot;
  if (shotGenerations.totalCount === 0) return <p className="shot-card-counts">Nothing in it yet</p>;
  const parts = [
    count(imageCount, 'picture'),
    finalVideoCount > 0 && count(finalVideoCount, 'clip'),
    unpositionedCount > 0 && `${unpositionedCount} in the tray`,
  ];
  return <p className="shot-card-counts clip">{parts.filter(Boolean).join(' · ')}</p>;
}
