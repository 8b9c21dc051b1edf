import { useState } from 'react';
import { useGateway } from '../../client/gateway';
import { request } from '../../client/request';
import { TasksPaneDocument, type TasksPaneQueryVariables } from '../../graphql/generated';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';
import { useCancelTasks } from './cancelling';

interface CancelWaitingDialogProps {
  /** Of the waiting tasks that are meant. */
  variables: TasksPaneQueryVariables;
  many: number;
  onClose(): void;
}

const AT_ONCE = 200;

export function CancelWaitingDialog({ variables, many, onClose }: CancelWaitingDialogProps) {
  const { connection } = useGateway();
  const tell = useTell();
  const { mutateAsync: cancel } = useCancelTasks();
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  const cancelAll = async () => {
    setIsBusy(true);
    setFault(undefined);
    let cancelled = 0;
    try {
      const asked = new Set<string>();
      // As many as were asked about: what is ordered meanwhile stands behind them. Always the first of those that
      // wait now, because workers take from the front.
      for (let left = many; left > 0;) {
        const variablesNow = { ...variables, first: Math.min(AT_ONCE, left), offset: 0 };
        const { tasks } = await request(connection, TasksPaneDocument, variablesNow);
        const ids = (tasks?.nodes ?? []).map(({ id }) => id).filter((id) => !asked.has(id));
        if (ids.length === 0) break;
        for (const id of ids) asked.add(id);
        const ended = (await cancel({ ids })).cancelTasks?.tasks ?? [];
        cancelled += ended.length;
        // What depends on them was cancelled along, and was among those that wait.
        left -= Math.max(ids.length, ended.filter((task) => task?.parentTaskId === null).length);
      }
      tell.good(`${count(cancelled, 'task')} cancelled.`);
      onClose();
    } catch (error) {
      const { message } = error as Error;
      setFault(cancelled > 0 ? `${count(cancelled, 'task')} cancelled, and then: ${message}` : message);
      setIsBusy(false);
    }
  };

  return (
    <ConfirmDialog
      title={`Cancel ${count(many, 'waiting task')}?`}
      act={isBusy ? 'Cancelling …' : `Cancel ${many.toLocaleString('en')}`}
      keep="Keep them"
      isBusy={isBusy}
      onClose={onClose}
      onConfirm={() => void cancelAll()}
    >
      <p>What depends on them is cancelled too. Nothing is charged for a task that did not run.</p>
      {fault && (
        <p className="task-error" role="alert">
          {fault}
        </p>
      )}
    </ConfirmDialog>
  );
}
