import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { IconButton } from '../parts/IconButton';
import { CreditsButton } from '../tasks/CreditsButton';
import { useSocketState } from './live';
import { places } from './places';
import { useDesk } from './project';
import { useTheme } from './theme';

/** `children`: what can be begun from every screen. */
export function Header({ onSignOut, children }: { onSignOut(): void; children: ReactNode }) {
  const { me, project, projects } = useDesk();
  const [, goTo] = useLocation();
  const [theme, toggleTheme] = useTheme();
  return (
    <header className="header">
      <Link href={places.gallery(project.id)} className="brand" aria-label="Reigh, to the gallery">
        Reigh
      </Link>
      <label className="project-picker">
        <span className="visually-hidden">Project</span>
        <select
          className="select"
          value={project.id}
          onChange={(event) => goTo(places.gallery(event.target.value))}
        >
          {projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Connection />
      <div className="header-end">
        {children}
        <CreditsButton className="credits" />
        <IconButton
          icon={theme === 'dark' ? 'sun' : 'moon'}
          label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={toggleTheme}
        />
        <IconButton
          icon="signOut"
          label={`Sign out ${me.name ?? me.email ?? ''}`.trim()}
          onClick={() => {
            goTo('/', { replace: true });
            onSignOut();
          }}
        />
      </div>
    </header>
  );
}

/** Says when what is shown may be old. */
function Connection() {
  const state = useSocketState();
  return (
    <span className={`connection ${state}`} role="status">
      {state === 'waiting' ? 'Connecting again …' : ''}
      <span className="visually-hidden">{state === 'live' ? 'Live' : ''}</span>
    </span>
  );
}
