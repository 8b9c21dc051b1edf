import { useEffect, useRef, useState } from 'react';
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
  const [opener] = useState(() => document.activeElement);
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
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        // Or it would press what has the focus next.
        event.preventDefault();
        finish(event.key === 'Enter' ? event.currentTarget.value : undefined);
        if (opener instanceof HTMLElement) opener.focus();
      }}
    />
  );
}
