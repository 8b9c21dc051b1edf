import { ago, span } from '../parts/words';
import { useTick } from './clock';
import type { PaneTask } from './paneTask';

/** For how long it runs, or when it was ordered or ended. */
export function TaskTime({ task }: { task: PaneTask }) {
  const { status, createdAt, generationStartedAt, generationProcessedAt } = task;
  const isRunning = status === 'IN_PROGRESS';
  useTick(isRunning ? 1 : 10);
  if (isRunning) {
    const since = generationStartedAt ?? createdAt;
    return <time dateTime={since}>for {span(since)}</time>;
  }
  if (status === 'QUEUED') return <time dateTime={createdAt}>ordered {ago(createdAt)}</time>;
  const at = generationProcessedAt ?? createdAt;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {ago(at)}
      {status === 'COMPLETE' && generationStartedAt && `, took ${span(generationStartedAt, at)}`}
    </time>
  );
}
