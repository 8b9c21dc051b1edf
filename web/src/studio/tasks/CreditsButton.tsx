import { useState } from 'react';
import { credits } from '../parts/words';
import { CreditsDialog } from './CreditsDialog';
import { useCredits } from './useCredits';

/** What is left, and the ledger behind it. */
export function CreditsButton({ className = '' }: { className?: string }) {
  const left = useCredits();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={`button credits-button number ${className}`}
        title="Credits that are left: 1 credit is 1 US dollar"
        onClick={() => setIsOpen(true)}
      >
        <span className="visually-hidden">Credits: </span>
        {credits(left)}
        <span className="muted" aria-hidden="true">
          cr
        </span>
      </button>
      {isOpen && <CreditsDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
