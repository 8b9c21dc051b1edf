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
      <button type="button" className="button" aria-pressed={starred} onClick={() => star(id, !starred)}>
        <Icon name="star" size={18} filled={starred} />
        {starred ? 'Starred' : 'Star'}
      </button>
      <button type="button" className="button" onClick={() => setIsMaking(true)}>
        <Icon name="spark" size={18} />
        Make from this
      </button>
      {address && (
        <a
          className="button"
          href={address}
          download={fileName(titleOf(generation))}
          target="_blank"
          rel="noreferrer"
        >
          <Icon name="download" size={18} />
          Download
        </a>
      )}
      <IconButton
        icon="trash"
        label="Delete"
        quiet={false}
        className="item-delete"
        onClick={() => setIsAsking(true)}
      />
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
