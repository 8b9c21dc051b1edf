import { useEffect, useRef } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { useAppBootQuery, useEnsureUserMutation } from '../../graphql/hooks';
import { Fault, Loading } from '../parts/Notice';
import { FirstProject } from './FirstProject';
import { Frame } from './Frame';
import { places } from './places';
import type { Me } from './project';

const LAST_PROJECT = 'reigh.project';

/** What is needed before anything can be shown: who it is, and which projects there are. */
export function Boot({ onSignOut }: { onSignOut(): void }) {
  const boot = useAppBootQuery({});
  const {
    mutate: ensure,
    isPending,
    error: refused,
  } = useEnsureUserMutation({ retry: (count, { isRetryable }) => isRetryable && count < 5 });
  const isAsked = useRef(false);
  const isUnknown = boot.data && !boot.data.me;
  useEffect(() => {
    if (!isUnknown || isAsked.current) return;
    isAsked.current = true;
    ensure({});
  }, [isUnknown, ensure]);

  const fault = refused ?? (boot.data ? undefined : boot.error);
  if (fault) {
    const again = () => (refused ? ensure({}) : void boot.refetch());
    return (
      <main>
        <Fault reason={fault} onRetry={again}>
          <button type="button" className="button quiet" onClick={onSignOut}>
            Sign out
          </button>
        </Fault>
      </main>
    );
  }
  if (!boot.data?.me || isPending) return <Loading what="Opening the studio" />;
  const { me, projects, taskTypes } = boot.data;
  return (
    <Opened
      me={me}
      projects={projects?.nodes ?? []}
      taskTypes={taskTypes?.nodes ?? []}
      onSignOut={onSignOut}
    />
  );
}

interface OpenedProps {
  me: Me;
  projects: Parameters<typeof Frame>[0]['desk']['projects'];
  taskTypes: Parameters<typeof Frame>[0]['desk']['taskTypes'];
  onSignOut(): void;
}

function Opened({ me, projects, taskTypes, onSignOut }: OpenedProps) {
  const [first] = projects;
  if (!first) return <FirstProject onSignOut={onSignOut} />;
  const last = projects.find(({ id }) => id === localStorage.getItem(LAST_PROJECT)) ?? first;
  return (
    <Switch>
      <Route path="/projects/:projectId/*?">
        {({ projectId }) => {
          const project = projects.find(({ id }) => id === projectId);
          // Deleted, somebody else's, or never there: all the same from here.
          if (!project) return <Redirect to={places.gallery(last.id)} replace />;
          localStorage.setItem(LAST_PROJECT, project.id);
          return <Frame key={project.id} desk={{ me, project, projects, taskTypes }} onSignOut={onSignOut} />;
        }}
      </Route>
      <Route>
        <Redirect to={places.gallery(last.id)} replace />
      </Route>
    </Switch>
  );
}
