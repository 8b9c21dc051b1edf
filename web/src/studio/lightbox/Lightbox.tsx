import { useEffect, useRef, useState } from 'react';
import { useLightboxQuery } from '../../graphql/hooks';
import { Dialog } from '../parts/Dialog';
import { titleOf } from '../parts/media';
import { Fault, Loading, Notice } from '../parts/Notice';
import { Details } from './Details';
import { Stage } from './Stage';
import { useManyVariants } from './useManyVariants';
import { usePageAround } from './usePageAround';
import './Lightbox.css';

interface LightboxProps {
  id: string;
  /** Goes on to another generation. */
  onOpen(id: string): void;
  onClose(): void;
}

/** What the arrow keys are needed for by themselves. */
const TAKES_ARROWS = 'input, textarea, select, video, [contenteditable]';

export function Lightbox({ id, onOpen, onClose }: LightboxProps) {
  const box = useRef<HTMLDivElement>(null);
  const around = usePageAround(id);
  const { variants: first, showMore } = useManyVariants(id);
  const { data, error, refetch } = useLightboxQuery(
    { id, variants: first },
    // More variants of the same; never another generation in place of this one.
    { placeholderData: (before) => (before?.generation?.id === id ? before : undefined) },
  );
  const generation = data?.generation;
  const { previous, next, card } = around;
  const [looked, setLooked] = useState<string>();
  const variants = generation?.variants.nodes ?? [];
  const shown =
    variants.find((variant) => variant.id === looked) ?? variants.find((variant) => variant.isPrimary);
  const isGone = data !== undefined && !generation;

  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const target = event.target as Element;
      const dialog = box.current?.closest('dialog');
      if (event.altKey || event.ctrlKey || event.metaKey || target.matches(TAKES_ARROWS)) return;
      // Not while a question is asked above it.
      if (target !== document.body && target.closest('dialog') !== dialog) return;
      const to = { ArrowLeft: previous, ArrowRight: next }[event.key];
      if (!to) return;
      event.preventDefault();
      onOpen(to);
    };
    document.addEventListener('keydown', turn);
    return () => document.removeEventListener('keydown', turn);
  }, [previous, next, onOpen]);

  const item = generation ?? card;
  return (
    <Dialog title={item ? titleOf(item) : 'Picture'} size="full" onClose={onClose}>
      <div className="lightbox" ref={box}>
        {item && !isGone && (
          <Stage
            row={generation && shown ? { ...shown, type: generation.type, prompt: generation.prompt } : item}
            around={around}
            onOpen={onOpen}
          />
        )}
        {generation ? (
          <Details
            key={id}
            generation={generation}
            shown={shown}
            openTasks={data.openTasks?.nodes ?? []}
            around={around}
            onOpen={onOpen}
            onLook={setLooked}
            onClose={onClose}
            onMoreVariants={showMore}
          />
        ) : isGone ? (
          <Notice icon="warning" title="This is gone, or belongs to somebody else.">
            <button type="button" className="button" onClick={onClose}>
              Close
            </button>
          </Notice>
        ) : error ? (
          <Fault reason={error} onRetry={() => void refetch()} />
        ) : (
          <div className="lightbox-details">
            <Loading what="Loading the details" />
          </div>
        )}
      </div>
    </Dialog>
  );
}
