import { Link } from 'wouter';
import { places as addresses } from '../frame/places';
import type { OpenPlace } from './rows';

export function ShotPlaces({ projectId, places }: { projectId: string; places: readonly OpenPlace[] }) {
  return (
    <ul className="shot-places">
      {places.map(({ id, shot, position, timelineFrame }) =>
        shot ? (
          <li key={id}>
            <Link href={addresses.shot(projectId, shot.id)} className="clip">
              {shot.name}
            </Link>
            <span className="small muted number">
              {position === null ? 'not placed' : `place ${position + 1}`}
              {timelineFrame !== null && `, frame ${timelineFrame}`}
            </span>
          </li>
        ) : null,
      )}
    </ul>
  );
}
