import type { ReactNode } from 'react';
import { Icon } from '../parts/Icon';
import { Media } from '../parts/Media';
import type { Link } from './shot';

interface LinkPictureProps {
  link: Link;
  name: string;
  /** In its corner. */
  badge: ReactNode;
  onOpen(link: Link): void;
}

/** A click opens it; a mouse drags it anywhere, a finger by its grip, or it could not scroll. */
export function LinkPicture({ link, name, badge, onOpen }: LinkPictureProps) {
  return (
    <div className="order-picture">
      {link.generation && <Media row={link.generation} alt="" />}
      {badge && <span className="badge over-media order-place">{badge}</span>}
      <button
        type="button"
        className="order-open"
        data-grip="mouse"
        aria-label={`Open ${name}`}
        title={name}
        onClick={() => onOpen(link)}
      />
      <span className="order-grip" aria-hidden="true" data-grip="">
        <Icon name="grip" size={16} />
      </span>
    </div>
  );
}
