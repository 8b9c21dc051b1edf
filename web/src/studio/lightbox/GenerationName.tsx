import { useState, type FormEvent } from 'react';
import type { UpdateGenerationMutationVariables } from '../../graphql/generated';
import { useUpdateGenerationMutation } from '../../graphql/hooks';
import { useRowsAhead } from '../parts/useRowsAhead';
import type { OpenGeneration } from './rows';

/** Kept when one leaves it or presses Enter; Escape takes back what was typed. */
export function GenerationName({ generation: { id, name } }: { generation: OpenGeneration }) {
  const [typed, setTyped] = useState<string>();
  const ahead = useRowsAhead<UpdateGenerationMutationVariables>(
    ({ patch }) =>
      (row) =>
        row.id === id && 'name' in row ? { name: patch.name } : undefined,
  );
  const { mutate } = useUpdateGenerationMutation(ahead);
  const keep = () => {
    const next = typed?.trim();
    setTyped(undefined);
    if (next === undefined || next === (name ?? '')) return;
    mutate({ id, patch: { name: next || null } });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep();
  };
  return (
    <form className="field" onSubmit={submit}>
      <label htmlFor="lightbox-name" className="small muted">
        Name
      </label>
      <input
        id="lightbox-name"
        value={typed ?? name ?? ''}
        placeholder="Without a name"
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed === undefined) return;
          event.preventDefault();
          setTyped(undefined);
        }}
      />
    </form>
  );
}
