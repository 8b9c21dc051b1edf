import { useCallback, useEffect, useRef, useState } from 'react';
import { Link as PageLink } from 'wouter';
import { places, useOpenItem } from '../frame/places';
import { useDesk } from '../frame/project';
import { Fault, Loading, Notice } from '../parts/Notice';
import { nextFrame } from './changes';
import { EditorHead } from './EditorHead';
import { OrderList, type OrderTarget } from './OrderList';
import { PicturePicker } from './PicturePicker';
import { inOrder, type Link, type ShotState } from './shot';
import { Timeline, type DropTarget } from './Timeline';
import { Tray } from './Tray';
import { useCarry } from './useCarry';
import { useShot, type ShotActions } from './useShot';
import './ShotEditor.css';

export function ShotEditor({ shotId }: { shotId: string }) {
  const { project } = useDesk();
  const { query, state, actions } = useShot(shotId);
  // Of another project is as good as gone: an address that was mixed up.
  if (state?.shot.projectId === project.id) return <Opened state={state} actions={actions} />;
  if (query.data !== undefined) {
    return (
      <Notice icon="shots" title="This shot is gone.">
        <PageLink href={places.shots(project.id)}>To the shots</PageLink>
      </Notice>
    );
  }
  return query.error ? (
    <Fault reason={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <Loading what="Loading the shot" />
  );
}

function Opened({ state, actions }: { state: ShotState; actions: ShotActions }) {
  const { links } = state;
  const [, openItem] = useOpenItem();
  const [picks, setPicks] = useState(false);
  const timeline = useRef<DropTarget>(null);
  const order = useRef<OrderTarget>(null);
  const latest = useRef({ links, openItem });
  useEffect(() => {
    latest.current = { links, openItem };
  });

  const open = useCallback(({ generation }: Link) => {
    if (generation) latest.current.openItem(generation.id);
  }, []);
  const place = useCallback(
    ({ id, timelineFrame }: Link, to?: number, frame?: number) => {
      const now = latest.current.links;
      // One that stands on the timeline already keeps its frame.
      const next = frame ?? (timelineFrame === null ? nextFrame(now) : undefined);
      actions.place(id, to ?? inOrder(now).length, next);
    },
    [actions],
  );
  const placeLast = useCallback((link: Link) => place(link), [place]);
  const remove = useCallback((link: Link) => actions.remove([link]), [actions]);
  const { carried, start } = useCarry(
    (x, y) => ({ frame: timeline.current?.frameAt(x, y), found: order.current?.placeAt(x, y) }),
    (link, { frame, found }) => {
      if (frame !== undefined) place(link, undefined, frame);
      else if (found) place(link, found.place);
    },
  );
  return (
    <div className="editor">
      <EditorHead state={state} onRename={actions.rename} onAdd={() => setPicks(true)} />
      <Timeline {...{ links, actions }} onOpen={open} incoming={carried?.over.frame} target={timeline} />
      <div className="editor-parts">
        <OrderList
          {...{ links, actions }}
          onOpen={open}
          incoming={carried?.over.found?.line}
          target={order}
        />
        <Tray {...{ links, carried }} onGrab={start} onPlace={placeLast} onRemove={remove} onOpen={open} />
      </div>
      {picks && <PicturePicker shot={state.shot} onAdd={actions.add} onClose={() => setPicks(false)} />}
    </div>
  );
}
