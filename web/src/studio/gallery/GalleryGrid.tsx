import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import type { GenerationCardFragment } from '../../graphql/generated';
import { GalleryCard } from './GalleryCard';
import { useFocusAfterItem } from './useFocusAfterItem';
import { useStarGeneration } from './useGalleryChanges';

interface GalleryGridProps {
  rows: readonly GenerationCardFragment[];
  columns: number;
  /** Width by height of a card's picture. */
  ratio: number;
  /** Undefined: cards are opened, not chosen. */
  selected: ReadonlySet<string> | undefined;
  onOpen(id: string): void;
  onToggle(id: string): void;
}

/** One stop for Tab, whatever its size; the arrow keys go from card to card. */
export function GalleryGrid({ rows, columns, ratio, selected, onOpen, onToggle }: GalleryGridProps) {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState<string>();
  const star = useStarGeneration();
  const index = Math.max(
    0,
    rows.findIndex(({ id }) => id === current),
  );

  const focus = (id: string) => {
    const card = list.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
    card?.focus();
    return Boolean(card);
  };
  useFocusAfterItem(focus);

  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ...{
        ArrowRight: index + 1,
        ArrowLeft: index - 1,
        ArrowDown: index + columns,
        ArrowUp: index - columns,
      },
      ...{ Home: 0, End: rows.length - 1 },
    };
    const next = steps[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = rows[next];
    if (row) focus(row.id);
  };

  return (
    <ul
      ref={list}
      className="gallery-grid"
      aria-label="Cards"
      style={{ '--columns': columns, '--card-ratio': ratio } as CSSProperties}
      onKeyDown={move}
    >
      {rows.map((row, at) => (
        <GalleryCard
          key={row.id}
          row={row}
          isCurrent={at === index}
          isChosen={selected?.has(row.id)}
          onFocus={setCurrent}
          onPress={selected ? onToggle : onOpen}
          onStar={star}
        />
      ))}
    </ul>
  );
}
