import { useEffect, useState } from 'react';
import { Icon } from '../parts/Icon';

const TYPING_MS = 300;

/** Asks when the typing pauses: at each letter it would be as many questions as letters. */
export function SearchBox({ value, onSearch }: { value: string; onSearch(text: string): void }) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Changed from elsewhere: by going back, or by clearing all filters.
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => {
      setKnown(typed);
      onSearch(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onSearch]);
  return (
    <label className="gallery-search field">
      <span className="visually-hidden">Search in prompts</span>
      <Icon name="search" size={18} />
      <input
        type="search"
        placeholder="Search prompts"
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
