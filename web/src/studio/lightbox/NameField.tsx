import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useUpdateGenerationMutation } from '../../graphql/hooks';
import { showAhead } from '../gallery/ahead';
import { useTell } from '../parts/Toasts';
import type { OpenGeneration } from './rows';

/** Kept when one leaves it or presses Enter; Escape takes back what was typed. */
export function NameField({ generation: { id, name } }: { generation: OpenGeneration }) {
  const queries = useQueryClient();
  const tell = useTell();
  const [typed, setTyped] = useState<string>();
  const { mutate } = useUpdateGenerationMutation<() => void>({
    onMutate: ({ patch }) =>
      showAhead(queries, (row) => (row.id === id && 'name' in row ? { name: patch.name } : undefined)),
    onError: (reason, _variables, putBack) => {
      putBack?.();
      tell.bad(reason);
    },
  });
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
