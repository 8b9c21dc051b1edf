import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useDesk } from '../frame/project';
import { Dialog } from '../parts/Dialog';

const RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9'];

interface NewShotProps {
  /** What it is called unless somebody says otherwise. */
  suggested: string;
  onCreate(name: string, aspectRatio: string | null): void;
  onClose(): void;
}

export function NewShot({ suggested, onCreate, onClose }: NewShotProps) {
  const { project } = useDesk();
  const [name, setName] = useState(suggested);
  const [ratio, setRatio] = useState('');
  const form = useId();
  const input = useRef<HTMLInputElement>(null);
  // After the dialog has opened, which puts the focus on its first button.
  useEffect(() => input.current?.select(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCreate(name.trim(), ratio || null);
    onClose();
  };
  return (
    <Dialog
      title="New shot"
      size="small"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={form} className="button primary" disabled={!name.trim()}>
            Create
          </button>
        </>
      }
    >
      <form id={form} className="new-shot" onSubmit={submit}>
        <label className="field">
          <span>Name</span>
          <input ref={input} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </label>
        <label className="field">
          <span>Aspect ratio</span>
          <select value={ratio} onChange={(event) => setRatio(event.target.value)}>
            <option value="">As the project{project.aspectRatio ? ` (${project.aspectRatio})` : ''}</option>
            {RATIOS.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        </label>
      </form>
    </Dialog>
  );
}
