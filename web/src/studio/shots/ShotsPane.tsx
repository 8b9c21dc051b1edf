import { useMemo, useState } from 'react';
import { useDesk } from '../frame/project';
import { Icon } from '../parts/Icon';
import { Fault, Loading, Notice } from '../parts/Notice';
import { useOrdering } from '../parts/useOrdering';
import { count } from '../parts/words';
import { DeleteShot } from './DeleteShot';
import { NewShot } from './NewShot';
import { ShotCard } from './ShotCard';
import { isComing, useShots, type Shot } from './shots';
import './ShotsPane.css';

type Opened = { kind: 'new' } | { kind: 'delete'; shot: Shot };

export function ShotsPane() {
  const { project } = useDesk();
  const { query, shots, changes } = useShots(project.id);
  const [opened, setOpened] = useState<Opened>();
  const [said, setSaid] = useState('');
  const close = () => setOpened(undefined);

  if (!shots) {
    return query.error ? (
      <Fault reason={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <Loading what="Loading the shots" />
    );
  }
  const add = (
    <button type="button" className="button" onClick={() => setOpened({ kind: 'new' })}>
      <Icon name="add" size={18} />
      New shot
    </button>
  );
  return (
    <div className="shots">
      <header className="shots-head">
        <h1>Shots</h1>
        <span className="muted small">{shots.length > 0 && count(shots.length, 'shot')}</span>
        {add}
      </header>
      {shots.length === 0 ? (
        <Notice icon="shots" title="No shots yet">
          <p>A shot collects pictures of one scene, in their order and on a timeline.</p>
        </Notice>
      ) : (
        <Board
          shots={shots}
          changes={changes}
          onDelete={(shot) => setOpened({ kind: 'delete', shot })}
          onSay={setSaid}
        />
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {opened?.kind === 'new' && (
        <NewShot suggested={`Shot ${shots.length + 1}`} onCreate={changes.create} onClose={close} />
      )}
      {opened?.kind === 'delete' && (
        <DeleteShot shot={opened.shot} onDelete={() => changes.remove(opened.shot.id)} onClose={close} />
      )}
    </div>
  );
}

interface BoardProps {
  shots: readonly Shot[];
  changes: ReturnType<typeof useShots>['changes'];
  onDelete(shot: Shot): void;
  onSay(text: string): void;
}

function Board({ shots, changes, onDelete, onSay }: BoardProps) {
  const ids = useMemo(() => shots.map(({ id }) => id), [shots]);
  const { hold, dragged, line, start, move } = useOrdering(ids, (next, id) => {
    // The order is told as a whole, and of one that is on its way the gateway knows nothing.
    if (shots.some(isComing)) return;
    changes.reorder(next);
    const shot = shots.find((other) => other.id === id);
    onSay(`${shot?.name ?? 'The shot'} is now ${next.indexOf(id) + 1} of ${next.length}.`);
  });
  return (
    <div className="shots-board">
      <ul className="shots-cards" ref={hold}>
        {shots.map((shot, place) => (
          <ShotCard
            key={shot.id}
            {...{ shot, place }}
            of={shots.length}
            dragged={dragged?.id === shot.id ? dragged : undefined}
            onGrab={start}
            onMove={move}
            onRename={changes.rename}
            onDuplicate={changes.duplicate}
            onDelete={onDelete}
          />
        ))}
      </ul>
      {line && <div className="sort-line" style={line} />}
    </div>
  );
}
