import { Suspense, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { CreateDialog } from '../create/CreateDialog';
import { UploadDialog } from '../create/UploadDialog';
import { Gallery } from '../gallery/Gallery';
import { Icon, type IconName } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { Boundary } from '../parts/Boundary';
import { Loading, Notice } from '../parts/Notice';
import { TasksPane } from '../tasks/TasksPane';
import { TasksBadge } from '../tasks/TasksBadge';
import { Header } from './Header';
import { useLiveProject } from './live';
import { places, useOpenItem } from './places';
import { DeskContext, type Desk } from './project';
import { screen } from './screen';
import './Frame.css';

const ShotsPane = screen(async () => (await import('../shots/ShotsPane')).ShotsPane);
const ShotEditor = screen(async () => (await import('../editor/ShotEditor')).ShotEditor);
const Lightbox = screen(async () => (await import('../lightbox/Lightbox')).Lightbox);

type Opened = 'create' | 'upload';

/** Everything around a project: where to go, what runs, what is open over it. */
export function Frame({ desk, onSignOut }: { desk: Desk; onSignOut(): void }) {
  const { id } = desk.project;
  const { isGone, fault, again } = useLiveProject(id);
  const [item, openItem] = useOpenItem();
  const [opened, setOpened] = useState<Opened>();
  const [showsTasks, setShowsTasks] = useState(() => window.innerWidth >= 1200);
  const close = () => setOpened(undefined);
  const [here] = useLocation();
  // The screen of the tasks, which is the narrow one's, shows them already.
  const hasSide = showsTasks && here !== places.tasks(id);

  return (
    <DeskContext.Provider value={desk}>
      <div className={`frame ${hasSide ? 'with-tasks' : ''}`}>
        <Header onSignOut={onSignOut}>
          <IconButton icon="upload" label="Upload" onClick={() => setOpened('upload')} />
          <button
            type="button"
            className="button primary"
            aria-label="Create"
            onClick={() => setOpened('create')}
          >
            <Icon name="spark" size={18} />
            <span className="wide-only">Create</span>
          </button>
          <button
            type="button"
            className="button quiet wide-only"
            aria-pressed={showsTasks}
            onClick={() => setShowsTasks(!showsTasks)}
          >
            <Icon name="tasks" size={18} />
            <span className="visually-hidden">Tasks pane</span>
            <TasksBadge />
          </button>
        </Header>
        <Tabs projectId={id} />
        <main className="screen" id="screen">
          {fault && (
            <p className="stale" role="alert">
              <span>What others change is not shown: {fault.message}</span>
              <button type="button" className="button" onClick={again}>
                Try again
              </button>
            </p>
          )}
          {isGone ? (
            <Notice icon="warning" title="This project is gone, or belongs to somebody else now.">
              <Link href="/">To your projects</Link>
            </Notice>
          ) : (
            <Boundary>
              <Suspense fallback={<Loading />}>
                <Switch>
                  <Route path="/projects/:projectId/gallery" component={Gallery} />
                  <Route path="/projects/:projectId/shots" component={ShotsPane} />
                  <Route path="/projects/:projectId/shots/:shotId">
                    {({ shotId = '' }) => <ShotEditor key={shotId} shotId={shotId} />}
                  </Route>
                  <Route path="/projects/:projectId/tasks">
                    <TasksPane />
                  </Route>
                  <Route>
                    <Redirect to={places.gallery(id)} replace />
                  </Route>
                </Switch>
              </Suspense>
            </Boundary>
          )}
        </main>
        {hasSide && (
          <aside className="side wide-only" aria-label="Tasks">
            <TasksPane />
          </aside>
        )}
      </div>
      {item && (
        <Boundary>
          <Suspense fallback={null}>
            <Lightbox id={item} onOpen={openItem} onClose={() => openItem(undefined)} />
          </Suspense>
        </Boundary>
      )}
      {opened === 'create' && <CreateDialog onClose={close} />}
      {opened === 'upload' && <UploadDialog onClose={close} />}
    </DeskContext.Provider>
  );
}

function Tabs({ projectId }: { projectId: string }) {
  const [here] = useLocation();
  const tabs: [icon: IconName, name: string, to: string, narrowOnly?: boolean][] = [
    ['gallery', 'Gallery', places.gallery(projectId)],
    ['shots', 'Shots', places.shots(projectId)],
    ['tasks', 'Tasks', places.tasks(projectId), true],
  ];
  return (
    <nav className="tabs" aria-label="Screens">
      {tabs.map(([icon, name, to, narrowOnly]) => (
        <Link
          key={to}
          href={to}
          className={`tab ${narrowOnly ? 'narrow-only' : ''}`}
          aria-current={here.startsWith(to) ? 'page' : undefined}
        >
          <Icon name={icon} />
          {name}
        </Link>
      ))}
    </nav>
  );
}
