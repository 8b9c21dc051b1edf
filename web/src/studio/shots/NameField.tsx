import { useEffect, useRef } from 'react';
import './NameField.css';

interface NameFieldProps {
  name: string;
  label: string;
  onDone(name: string | undefined): void;
}

/** A name while it is written: Enter or leaving keeps it, Escape does not. */
export function NameField({ name, label, onDone }: NameFieldProps) {
  const ref = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    isDone.current = false;
    ref.current?.select();
  }, []);
  const finish = (next: string | undefined) => {
    // Removing the field takes its focus, which would be another end.
    if (isDone.current) return;
    isDone.current = true;
    const trimmed = next?.trim();
    onDone(trimmed && trimmed !== name ? trimmed : undefined);
  };
  return (
    <input
      ref={ref}
      className="name-field"
      aria-label={label}
      defaultValue={name}
      maxLength={200}
      autoFocus
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') finish(undefined);
      }}
    />
  );
}
