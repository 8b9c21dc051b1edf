import { useState, type FormEvent } from 'react';
import { useShotChoices } from '../frame/useShotChoices';
import { Icon } from '../parts/Icon';
import { NEW_SHOT, useAddToShot } from './useAddToShot';
import './AddToShot.css';

interface AddToShotProps {
  generationIds: readonly string[];
  /** Which of them are in a shot now; those that are not can be added again. */
  onAdded?(generationIds: readonly string[]): void;
}

/** Chosen first and added then: with the arrow keys, a list alone would add to each shot it passes. */
export function AddToShot({ generationIds, onAdded }: AddToShotProps) {
  const [made, setMade] = useState<{ id: string; name: string }>();
  const known = useShotChoices();
  // Until it is among them.
  const shots = made && !known.some(({ id }) => id === made.id) ? [...known, made] : known;
  const { add, isAdding } = useAddToShot();
  const [chosen, setChosen] = useState('');
  const canAdd = chosen !== '' && !isAdding && generationIds.length > 0;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!canAdd) return;
    const name = shots.find(({ id }) => id === chosen)?.name ?? `Shot ${shots.length + 1}`;
    const added = await add({ id: chosen, name }, generationIds);
    const isAll = added.ids.length === generationIds.length;
    // The rest goes where the others are, also when that was made for them.
    setMade(!isAll && chosen === NEW_SHOT && added.shot.id !== NEW_SHOT ? added.shot : made);
    setChosen(isAll ? '' : added.shot.id);
    onAdded?.(added.ids);
  };
  return (
    <form className="add-to-shot" onSubmit={(event) => void submit(event)}>
      <select
        className="select"
        aria-label="Shot to add to"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value="">Add to shot …</option>
        {shots.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <option value={NEW_SHOT}>A new shot</option>
      </select>
      <button type="submit" className="button" aria-disabled={!canAdd}>
        <Icon name="add" size={18} />
        Add
      </button>
    </form>
  );
}
