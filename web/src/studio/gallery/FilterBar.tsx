import { useCallback, useId, useRef, useState } from 'react';
import { useShotChoices } from '../frame/useShotChoices';
import { Icon } from '../parts/Icon';
import { count } from '../parts/words';
import { countActive, NO_FILTERS, SORTS, type GalleryFilters, type SortName } from './filters';
import { SearchBox } from './SearchBox';
import { KNOWN_TOOLS, toolName } from './tools';
import type { ChangeFilters } from './useFilters';
import './FilterBar.css';

interface FilterBarProps {
  filters: GalleryFilters;
  onChange: ChangeFilters;
  /** The cards in sight. */
  rows: readonly { toolType: string | null }[];
  total: number | undefined;
  isSelecting: boolean;
  onSelecting(isOn: boolean): void;
}

export function FilterBar(props: FilterBarProps) {
  const { filters, onChange, rows, total, isSelecting, onSelecting } = props;
  const [isOpen, setIsOpen] = useState(false);
  const panel = useId();
  const search = useCallback((text: string) => onChange({ search: text }, { replace: true }), [onChange]);
  const active = countActive(filters);
  const title = useRef<HTMLHeadingElement>(null);
  const clear = () => {
    onChange({ ...NO_FILTERS, sort: filters.sort });
    // The button goes away: the focus it had must not be lost.
    title.current?.focus();
  };
  return (
    <div className="filter-bar">
      <div className="filter-bar-row">
        <h1 id="gallery-title" className="filter-bar-title" ref={title} tabIndex={-1}>
          Gallery
          {total !== undefined && (
            <span className="muted small number">
              <span className="visually-hidden">, </span>
              {count(total, 'item')}
            </span>
          )}
        </h1>
        {active > 0 && (
          <button type="button" className="button quiet filter-bar-clear" onClick={clear}>
            <Icon name="close" size={16} />
            <span>Clear filters</span>
          </button>
        )}
        <SearchBox value={filters.search} onSearch={search} />
        <button
          type="button"
          className="button filter-bar-more"
          aria-expanded={isOpen}
          aria-controls={panel}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name="filter" size={18} />
          <span className="visually-hidden">Filters</span>
          {active > 0 && <span className="badge accent">{active}</span>}
        </button>
        <button
          type="button"
          className="button filter-bar-select"
          aria-pressed={isSelecting}
          onClick={() => onSelecting(!isSelecting)}
        >
          <Icon name="check" size={18} />
          <span>Select</span>
        </button>
      </div>
      <div
        id={panel}
        className="filter-bar-row filter-bar-panel"
        data-open={isOpen}
        role="group"
        aria-label="Filters"
      >
        <Choices filters={filters} onChange={onChange} rows={rows} />
        <Toggles filters={filters} onChange={onChange} />
      </div>
    </div>
  );
}

function Choices({ filters, onChange, rows }: Pick<FilterBarProps, 'filters' | 'onChange' | 'rows'>) {
  const shots = useShotChoices();
  const used = rows.flatMap(({ toolType }) => toolType ?? []);
  const tools = [...new Set([...KNOWN_TOOLS, ...used, ...(filters.tool ? [filters.tool] : [])])];
  return (
    <>
      <select
        className="select"
        aria-label="Type"
        value={filters.type}
        onChange={(event) => onChange({ type: event.target.value as GalleryFilters['type'] })}
      >
        <option value="">All types</option>
        <option value="image">Images</option>
        <option value="video">Videos</option>
      </select>
      <select
        className="select"
        aria-label="Tool"
        value={filters.tool}
        onChange={(event) => onChange({ tool: event.target.value })}
      >
        <option value="">All tools</option>
        {tools.map((tool) => (
          <option key={tool} value={tool}>
            {toolName(tool)}
          </option>
        ))}
      </select>
      <select
        className="select"
        aria-label="Shot"
        value={filters.shot}
        onChange={(event) => onChange({ shot: event.target.value, isUnplaced: false })}
      >
        <option value="">All shots</option>
        <option value="none">In no shot</option>
        {shots.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        className="select"
        aria-label="Sort"
        value={filters.sort}
        onChange={(event) => onChange({ sort: event.target.value as SortName })}
      >
        {Object.entries(SORTS).map(([name, { label }]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </>
  );
}

function Toggles({ filters, onChange }: Pick<FilterBarProps, 'filters' | 'onChange'>) {
  const { isStarred, isEdit, isUnplaced, shot } = filters;
  return (
    <>
      <button
        type="button"
        className="button"
        aria-pressed={isStarred}
        onClick={() => onChange({ isStarred: !isStarred })}
      >
        <Icon name="star" size={18} filled={isStarred} />
        Starred
      </button>
      <button
        type="button"
        className="button"
        aria-pressed={isEdit}
        onClick={() => onChange({ isEdit: !isEdit })}
      >
        <Icon name="lineage" size={18} />
        Edits only
      </button>
      {shot && shot !== 'none' && (
        <button
          type="button"
          className="button"
          aria-pressed={isUnplaced}
          onClick={() => onChange({ isUnplaced: !isUnplaced })}
        >
          Unplaced there
        </button>
      )}
    </>
  );
}
