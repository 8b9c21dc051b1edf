import { useTaskStatusCountsQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';

/** What goes on in the project: open now, and how it went in the last hour. */
export function TaskCounts() {
  const { project } = useDesk();
  const { data } = useTaskStatusCountsQuery({ projectId: project.id });
  const counts = data?.taskStatusCounts;
  return (
    <dl className="task-counts" aria-live="polite">
      <Count name="open" tone="running" many={counts?.processing} />
      <Count name="done" tone="good" many={counts?.completed} />
      <Count name="failed" tone="bad" many={counts?.failed} />
    </dl>
  );
}

function Count({ name, tone, many }: { name: string; tone: string; many: number | undefined }) {
  const hour = name === 'open' ? '' : ' in the last hour';
  return (
    <div className={`task-count ${many ? tone : ''}`} title={`${name}${hour}, in this project`}>
      <dt>
        {name}
        {hour && <span aria-hidden="true"> · 1 h</span>}
        <span className="visually-hidden">{hour}</span>
      </dt>
      <dd className="number">{many?.toLocaleString('en') ?? '–'}</dd>
    </div>
  );
}
