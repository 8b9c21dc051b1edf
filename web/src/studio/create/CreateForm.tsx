import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useRoute } from 'wouter';
import type { TaskRequestInput } from '../../graphql/generated';
import { useEnqueueTasksMutation } from '../../graphql/hooks';
import { useDesk, type TaskType } from '../frame/project';
import { Dialog } from '../parts/Dialog';
import { Icon } from '../parts/Icon';
import { Media } from '../parts/Media';
import { titleOf } from '../parts/media';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';
import { Choices } from './Choices';
import { Estimate } from './Estimate';
import { isTreatment, needsPrompt, tasksOf, type BasedOn, type Wish } from './order';
import { ShotPicker } from './ShotPicker';
import { TypePicker } from './TypePicker';
import './Create.css';

interface CreateFormProps {
  formId: string;
  kept: Omit<Wish, 'prompt' | 'seed' | 'shotId'>;
  keep(wish: Wish): void;
  onClose(): void;
  basedOn?: BasedOn;
}

const canOrder = (type: TaskType, basedOn?: BasedOn) => {
  // Orchestration directs tasks that the editor of a shot makes together with it.
  if (type.category === 'ORCHESTRATION') return false;
  if (!isTreatment(type)) return true;
  return basedOn !== undefined && type.contentType?.toLowerCase() === (basedOn.type ?? 'image');
};

export function CreateForm({ formId, kept, keep, onClose, basedOn }: CreateFormProps) {
  const { project, taskTypes } = useDesk();
  const tell = useTell();
  const [isInShot, shot] = useRoute('/projects/:projectId/shots/:shotId');
  const [wish, setWish] = useState<Wish>({
    ...{ ...kept, prompt: '', seed: '' },
    shotId: isInShot ? (shot.shotId ?? '') : '',
  });
  const types = taskTypes.filter((type) => canOrder(type, basedOn));
  const type = types.find(({ name }) => name === wish.taskType) ?? types[0];

  const prompt = useRef<HTMLTextAreaElement>(null);
  // After the dialog has opened, which gives the focus to its first button.
  useEffect(() => prompt.current?.focus(), []);

  // The same wish, sent again after a failure, is the same tasks: the answer may have been all that was lost.
  const sent = useRef<{ wish: string; tasks: TaskRequestInput[] }>(undefined);
  const enqueue = useEnqueueTasksMutation({
    onSuccess: (_answer, { tasks }) => {
      const many = Array.isArray(tasks) ? tasks.length : 1;
      keep(wish);
      tell.good(
        `${count(many, 'task')} sent. The tasks pane shows how far ${many > 1 ? 'they are' : 'it is'}.`,
      );
      onClose();
    },
  });
  const change = (patch: Partial<Wish>) => {
    setWish((before) => ({ ...before, ...patch }));
    // What failed was another wish.
    if (enqueue.isError) enqueue.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!type || enqueue.isPending) return;
    const key = JSON.stringify([wish, type.name]);
    if (sent.current?.wish !== key) sent.current = { wish: key, tasks: tasksOf(type, wish, basedOn) };
    enqueue.mutate({ projectId: project.id, tasks: sent.current.tasks });
  };

  const create = wish.count > 1 ? `Create ${wish.count}` : 'Create';
  if (!type) {
    return (
      <Dialog title="Create" onClose={onClose}>
        <p>Nothing can be ordered here: this gateway has no task types yet.</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Create"
      onClose={onClose}
      footer={
        <>
          <Estimate type={type} wish={wish} />
          <button type="button" className="button quiet wide-only" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={formId} className="button primary" aria-disabled={enqueue.isPending}>
            <Icon name="spark" size={18} />
            {enqueue.isPending ? 'Sending …' : enqueue.isError ? 'Try again' : create}
          </button>
        </>
      }
    >
      <form id={formId} className="create" onSubmit={send}>
        {basedOn && (
          <div className="create-source">
            <span className="create-source-picture">
              <Media row={basedOn} alt="" />
            </span>
            <p>
              <span className="muted small">{isTreatment(type) ? 'Another version of' : 'Based on'}</span>
              <span className="clip">{titleOf(basedOn)}</span>
            </p>
          </div>
        )}
        <TypePicker types={types} type={type} onChange={(taskType) => change({ taskType })} />
        <label className="field">
          <span>{needsPrompt(type) ? 'What should it show?' : 'What should be done? (may stay empty)'}</span>
          <textarea
            ref={prompt}
            value={wish.prompt}
            onChange={(event) => change({ prompt: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
                event.currentTarget.form?.requestSubmit();
            }}
            required={needsPrompt(type)}
            maxLength={10_000}
            rows={4}
          />
        </label>
        <Choices type={type} wish={wish} onChange={change} />
        {!isTreatment(type) && (
          <div className="create-shot">
            <ShotPicker
              label="Put into a shot"
              value={wish.shotId}
              onChange={(shotId) => change({ shotId })}
            />
            {wish.shotId && (
              <label className="create-check">
                <input
                  type="checkbox"
                  checked={wish.isPlaced}
                  onChange={(event) => change({ isPlaced: event.target.checked })}
                />
                At the end of its timeline, not only in its tray
              </label>
            )}
          </div>
        )}
        {enqueue.isError && (
          <p className="create-fault" role="alert">
            <Icon name="warning" size={18} />
            <span>
              {enqueue.error.message}
              {enqueue.error.isRetryable && ' Trying again orders nothing twice.'}
            </span>
          </p>
        )}
      </form>
    </Dialog>
  );
}
