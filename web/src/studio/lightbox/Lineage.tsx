import type { GenerationCardFragment } from '../../graphql/generated';
import { useLineageChainQuery } from '../../graphql/hooks';
import { Media } from '../parts/Media';
import { titleOf } from '../parts/media';
import type { OpenGeneration } from './rows';

interface LineageProps {
  generation: OpenGeneration;
  onOpen(id: string): void;
}

/** Where it came from, the oldest first, and what was made of it. */
export function Lineage({ generation, onOpen }: LineageProps) {
  const { id, basedOn, source, derivatives } = generation;
  const chain = useLineageChainQuery({ id }, { enabled: basedOn !== null });
  // The nearest came with the lightbox; those before it are on their way.
  const ancestors = chain.data?.generation?.lineage.nodes ?? (source ? [source] : []);
  if (ancestors.length === 0 && derivatives.nodes.length === 0) return null;
  return (
    <section className="lightbox-section" aria-label="Lineage">
      {ancestors.length > 0 && (
        <>
          <h3>Made from</h3>
          <ol className="lineage">
            {ancestors.map((row) => (
              <Relative key={row.id} row={row} onOpen={onOpen} />
            ))}
            <li className="lineage-here" aria-current="true">
              <Media row={generation} alt="This one" />
            </li>
          </ol>
        </>
      )}
      {derivatives.nodes.length > 0 && (
        <>
          <h3>
            Made of it <span className="muted small number">{derivatives.totalCount}</span>
          </h3>
          <ul className="lineage made">
            {derivatives.nodes.map((row) => (
              <Relative key={row.id} row={row} more={row.derivatives.totalCount} onOpen={onOpen} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface RelativeProps {
  row: GenerationCardFragment;
  /** How many were made of that one in turn. */
  more?: number;
  onOpen(id: string): void;
}

function Relative({ row, more = 0, onOpen }: RelativeProps) {
  return (
    <li>
      <button
        type="button"
        className="lineage-open"
        aria-label={`Open: ${titleOf(row)}`}
        title={titleOf(row)}
        onClick={() => onOpen(row.id)}
      >
        <Media row={row} alt="" />
        {more > 0 && <span className="badge over-media lineage-more">+{more}</span>}
      </button>
    </li>
  );
}
