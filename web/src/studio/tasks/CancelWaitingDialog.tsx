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
    try {
      const found = new Set<string>();
      // All that there are now and no more: what is ordered meanwhile was not asked about.
      for (let page = 0; found.size < many; page++) {
        const asked = { ...variables, first: AT_ONCE, offset: page * AT_ONCE };
        const { tasks } = await request(connection, TasksPaneDocument, asked);
        if (!tasks || tasks.nodes.length === 0) break;
        for (const { id } of tasks.nodes) found.add(id);
      }
      const ids = [...found];
      for (let at = 0; at < ids.length; at += AT_ONCE) await cancel({ ids: ids.slice(at, at + AT_ONCE) });
      tell.good(`${count(ids.length, 'task')} cancelled.`);
      onClose();
    } catch (error) {
      setFault((error as Error).message);
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
