import { useState } from 'react';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { ago, plain } from '../parts/words';
import type { OpenGeneration, OpenVariant } from './rows';
import { SteadyMedia } from './SteadyMedia';
import { useVariantChanges } from './useVariantChanges';

interface VariantsProps {
  generation: OpenGeneration;
  /** The one that is looked at. */
  shown: OpenVariant | undefined;
  /** What nobody had viewed when this was opened. */
  fresh: ReadonlySet<string>;
  onLook(id: string): void;
  /** There are more than were asked for. */
  onMore: (() => void) | undefined;
}

export function Variants({ generation, shown, fresh, onLook, onMore }: VariantsProps) {
  const variants = generation.variants.nodes;
  const changes = useVariantChanges(generation.id, variants);
  const [doomed, setDoomed] = useState<OpenVariant>();
  if (variants.length === 0) return null;
  return (
    <section className="lightbox-section" aria-label="Variants">
      <h3>
        Variants <span className="muted small number">{generation.variantCount}</span>
      </h3>
      <ul className="variant-list">
        {variants.map((variant) => (
          <li key={variant.id}>
            <VariantButton
              variant={variant}
              type={generation.type}
              isShown={variant.id === shown?.id}
              isFresh={fresh.has(variant.id)}
              onLook={onLook}
            />
          </li>
        ))}
      </ul>
      {onMore && (
        <button type="button" className="button quiet" onClick={onMore}>
          Show all {generation.variantCount}
        </button>
      )}
      {shown && (
        <div className="variant-actions">
          <p className="small muted variant-words">
            {shown.name || plain(shown.variantType)} · {ago(shown.createdAt)}
          </p>
          {/* Not disabled: a button that is would lose the focus it has. */}
          <button
            type="button"
            className="button"
            aria-disabled={shown.isPrimary}
            onClick={() => !shown.isPrimary && changes.makePrimary(shown)}
          >
            <Icon name="check" size={18} />
            {shown.isPrimary ? 'Primary' : 'Make primary'}
          </button>
          <IconButton
            icon="star"
            label="Star this variant"
            filled={shown.starred}
            pressed={shown.starred}
            onClick={() => changes.star(shown)}
          />
          {variants.length > 1 && (
            <IconButton icon="trash" label="Delete this variant" onClick={() => setDoomed(shown)} />
          )}
        </div>
      )}
      {doomed && (
        <ConfirmDialog
          title="Delete this variant?"
          act="Delete"
          onClose={() => setDoomed(undefined)}
          onConfirm={() => {
            setDoomed(undefined);
            changes.remove(doomed);
          }}
        >
          <p>{doomed.isPrimary && 'The newest of the others becomes primary. '}This cannot be taken back.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

interface VariantButtonProps {
  variant: OpenVariant;
  type: string;
  isShown: boolean;
  isFresh: boolean;
  onLook(id: string): void;
}

function VariantButton({ variant, type, isShown, isFresh, onLook }: VariantButtonProps) {
  const { id, name, variantType, isPrimary, starred } = variant;
  const facts = [name || plain(variantType), isPrimary && 'primary', isFresh && 'new', starred && 'starred'];
  return (
    <button
      type="button"
      className="variant"
      aria-pressed={isShown}
      aria-label={facts.filter(Boolean).join(', ')}
      onClick={() => onLook(id)}
    >
      <SteadyMedia row={{ ...variant, type }} alt="" />
      {isFresh && <span className="variant-new" />}
      {starred && (
        <span className="variant-star">
          <Icon name="star" size={13} filled />
        </span>
      )}
      {isPrimary && <span className="badge over-media variant-primary">Primary</span>}
    </button>
  );
}
