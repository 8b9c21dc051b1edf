import { useState, type FormEvent } from 'react';
import { useCreateProjectMutation } from '../../graphql/hooks';
import { useTell } from '../parts/Toasts';

/** For who has no project yet. */
export function FirstProject({ onSignOut }: { onSignOut(): void }) {
  const tell = useTell();
  const [name, setName] = useState('');
  const create = useCreateProjectMutation({ onError: tell.bad });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ project: { name: name.trim() } });
  };
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={submit}>
        <h1>Your first project</h1>
        <label className="field">
          <span>What is it called?</span>
          <input value={name} onChange={(event) => setName(event.target.value)} maxLength={200} />
        </label>
        <button type="submit" className="button primary" disabled={!name.trim() || create.isPending}>
          Create
        </button>
        <button type="button" className="button quiet" onClick={onSignOut}>
          Sign out
        </button>
      </form>
    </main>
  );
}
