import type { ReactNode } from 'react';
import { IconButton } from './IconButton';

interface PageStepsProps {
  /** From 1. */
  page: number;
  pages: number;
  /** Where one is, between the two buttons. */
  children: ReactNode;
  onPage(page: number): void;
}

export function PageSteps({ page, pages, children, onPage }: PageStepsProps) {
  // Not disabled at the ends: a button that is would lose the focus it has.
  return (
    <>
      <IconButton
        icon="back"
        label="Previous page"
        aria-disabled={page <= 1}
        onClick={() => page > 1 && onPage(page - 1)}
      />
      {children}
      <IconButton
        icon="forward"
        label="Next page"
        aria-disabled={page >= pages}
        onClick={() => page < pages && onPage(page + 1)}
      />
    </>
  );
}
