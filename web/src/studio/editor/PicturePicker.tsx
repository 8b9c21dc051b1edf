import { keepPreviousData } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useGalleryPageQuery } from '../../graphql/hooks';
import { Dialog } from '../parts/Dialog';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { Media } from '../parts/Media';
import { titleOf } from '../parts/media';
import { Fault, Loading, Notice } from '../parts/Notice';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';
import type { ShotState } from './shot';
import type { ShotActions } from './useShot';
import './PicturePicker.css';

interface PicturePickerProps {
  shot: ShotState['shot'];
  onAdd: ShotActions['add'];
  onClose(): void;
}

const PAGE = 48;

/** What the gallery has and the shot does not. */
export function PicturePicker({ shot, onAdd, onClose }: PicturePickerProps) {
  const tell = useTell();
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isPlaced, setIsPlaced] = useState(true);
  const [isAdding, setIsAdding] = useState(false);
  const words = useDeferredValue(search.trim());
  const query = useGalleryPageQuery(
    {
      projectId: shot.projectId,
      filter: [
        { shotGenerations: { none: { shotId: { equalTo: shot.id } } } },
        ...(words ? [{ prompt: { includesInsensitive: words } }] : []),
      ],
      first: PAGE,
      offset: page * PAGE,
    },
    { placeholderData: keepPreviousData },
  );
  const found = query.data?.generations;
  const pages = Math.max(1, Math.ceil((found?.totalCount ?? 0) / PAGE));
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const add = async () => {
    setIsAdding(true);
    const added = await onAdd(chosen, isPlaced);
    if (added > 0) tell.good(`${count(added, 'item')} added to ${shot.name}.`);
    onClose();
  };

  return (
    <Dialog
      title={`Add to ${shot.name}`}
      size="full"
      onClose={onClose}
      footer={
        <div className="picker-foot">
          <label className="picker-placed">
            <input
              type="checkbox"
              checked={isPlaced}
              onChange={(event) => setIsPlaced(event.target.checked)}
            />
            Put on the timeline
          </label>
          <button
            type="button"
            className="button primary"
            disabled={chosen.length === 0 || isAdding}
            onClick={() => void add()}
          >
            {chosen.length === 0 ? 'Add' : `Add ${chosen.length}`}
          </button>
        </div>
      }
    >
      <div className="picker">
        <div className="picker-head">
          <label className="field picker-search">
            <span className="visually-hidden">Search in prompts</span>
            <input
              type="search"
              placeholder="Search in prompts"
              value={search}
              onChange={(event) => {
                setSearch(event.target.value);
                setPage(0);
              }}
            />
          </label>
          <span className="muted small number" role="status">
            {found && count(found.totalCount, 'item')}
          </span>
          {pages > 1 && (
            <div className="picker-pages">
              <IconButton
                icon="back"
                label="Page before"
                disabled={page === 0}
                onClick={() => setPage(page - 1)}
              />
              <span className="number small">
                {page + 1} / {pages}
              </span>
              <IconButton
                icon="forward"
                label="Next page"
                disabled={page >= pages - 1}
                onClick={() => setPage(page + 1)}
              />
            </div>
          )}
        </div>
        {!found && query.error && <Fault reason={query.error} onRetry={() => void query.refetch()} />}
        {!found && !query.error && <Loading what="Loading the gallery" />}
        {found?.nodes.length === 0 && (
          <Notice
            icon="gallery"
            title={words ? 'Nothing fits this search.' : 'Everything is in this shot already.'}
          />
        )}
        <ul className="picker-cards" aria-label="Pictures that are not in this shot">
          {found?.nodes.map((generation) => {
            const isChosen = chosen.includes(generation.id);
            return (
              <li key={generation.id}>
                <button
                  type="button"
                  className="picker-card"
                  aria-pressed={isChosen}
                  title={titleOf(generation)}
                  onClick={() => toggle(generation.id)}
                >
                  <Media row={generation} alt="" />
                  <span className="visually-hidden">{titleOf(generation)}</span>
                  {isChosen && (
                    <span className="picker-mark">
                      <Icon name="check" size={18} />
                    </span>
                  )}
                  {generation.type === 'video' && <span className="badge over-media picker-clip">Clip</span>}
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </Dialog>
  );
}
