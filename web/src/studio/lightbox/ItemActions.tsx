import { useState } from 'react';
import { CreateDialog } from '../create/CreateDialog';
import { useDeleteGenerations, useStarGeneration } from '../gallery/useGalleryChanges';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { mediaOf, titleOf } from '../parts/media';
import type { OpenGeneration, OpenVariant } from './rows';
import type { PageAround } from './usePageAround';

interface ItemActionsProps {
  generation: OpenGeneration;
  /** What is downloaded. */
  shown: OpenVariant | undefined;
  around: PageAround;
  onOpen(id: string): void;
  onClose(): void;
}

export function ItemActions({ generation, shown, around, onOpen, onClose }: ItemActionsProps) {
  const { id, starred } = generation;
  const [isAsking, setIsAsking] = useState(false);
  const [isMaking, setIsMaking] = useState(false);
  const star = useStarGeneration();
  const neighbour = around.next ?? around.previous;
  const remove = useDeleteGenerations(() => (neighbour ? onOpen(neighbour) : onClose()));
  const address = mediaOf(shown ?? generation);
  return (
    <div className="item-actions">
      <button type="button" className="button" onClick={() => setIsMaking(true)}>
        <Icon name="spark" size={18} />
        Make from this
      </button>
      <IconButton
        icon="star"
        label={starred ? 'Starred' : 'Star'}
        quiet={false}
        className="item-star"
        filled={starred}
        pressed={starred}
        onClick={() => star(id, !starred)}
      />
      {address && (
        <a
          className="icon-button"
          href={address}
          download={fileName(titleOf(generation))}
          target="_blank"
          rel="noreferrer"
          aria-label="Download"
          title="Download"
        >
          <Icon name="download" size={20} />
        </a>
      )}
      <IconButton icon="trash" label="Delete" quiet={false} onClick={() => setIsAsking(true)} />
      {isMaking && <CreateDialog basedOn={generation} onClose={() => setIsMaking(false)} />}
      {isAsking && (
        <ConfirmDialog
          title="Delete this?"
          act="Delete"
          onClose={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false);
            remove([id]);
          }}
        >
          <p>With its variants, and out of every shot it stands in. This cannot be taken back.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** The browser adds the ending by the type of the file. */
function fileName(title: string): string {
  return (
    title
      .replaceAll(/[^\p{L}\p{N} _-]+/gu, '')
      .slice(0, 60)
      .trim() || 'reigh'
  );
}
