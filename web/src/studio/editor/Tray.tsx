import { memo, useMemo, useState, type PointerEvent } from 'react';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { LinkPicture } from './LinkPicture';
import { inTray, type Link } from './shot';
import { nameOf } from './TimelineItem';
import type { Carried } from './useCarry';

interface TrayProps {
  links: readonly Link[];
  carried: Carried | undefined;
  onGrab(event: PointerEvent, link: Link): void;
  onPlace(link: Link): void;
  onRemove(link: Link): void;
  onOpen(link: Link): void;
}

const SHOWN = 200;

/** What is in the shot, but has no position. */
export function Tray({ links, carried, onGrab, onPlace, onRemove, onOpen }: TrayProps) {
  const tray = useMemo(() => inTray(links), [links]);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? tray : tray.slice(0, SHOWN);
  return (
    <section className="tray" aria-labelledby="tray-title">
      <header className="editor-part-head">
        <h2 id="tray-title">Tray</h2>
        <span className="badge">{tray.length}</span>
      </header>
      {tray.length === 0 && <p className="tray-empty muted">Everything in this shot has its place.</p>}
      <ul className="tray-cards" aria-label="Tray">
        {shown.map((link) => (
          <TrayCard
            key={link.id}
            {...{ link, onGrab, onPlace, onRemove, onOpen }}
            carried={carried?.link.id === link.id ? carried : undefined}
          />
        ))}
      </ul>
      {shown.length < tray.length && (
        <button type="button" className="button" onClick={() => setShowsAll(true)}>
          Show the other {tray.length - shown.length}
        </button>
      )}
    </section>
  );
}

type TrayCardProps = Pick<TrayProps, 'carried' | 'onGrab' | 'onPlace' | 'onRemove' | 'onOpen'> & {
  link: Link;
};

const TrayCard = memo(function TrayCard(props: TrayCardProps) {
  const { link, carried, onGrab, onPlace, onRemove, onOpen } = props;
  const { generation } = link;
  const name = nameOf(link);
  return (
    <li
      className={`tray-card ${carried ? 'dragged' : ''}`}
      style={carried && { transform: `translate(${carried.dx}px, ${carried.dy}px)` }}
      onPointerDown={(event) => onGrab(event, link)}
    >
      <LinkPicture
        link={link}
        name={name}
        badge={
          generation?.type === 'video' && (
            <>
              <Icon name="play" size={12} filled />
              Clip
            </>
          )
        }
        onOpen={onOpen}
      />
      <div className="order-words">
        <span className="clip small">{name}</span>
      </div>
      <div className="order-actions">
        <button type="button" className="button quiet tray-place" onClick={() => onPlace(link)}>
          Place<span className="visually-hidden"> {name}</span>
        </button>
        <span className="order-gap" />
        <IconButton
          icon="trash"
          size={16}
          label={`Remove ${name} from the shot`}
          onClick={() => onRemove(link)}
        />
      </div>
    </li>
  );
});
