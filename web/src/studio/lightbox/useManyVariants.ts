import { useState } from 'react';

const FEW = 50;
/** As many as a connection gives at once. */
const MANY = 1_000;

/** How many variants are asked for: few at first, also of the next item. */
export function useManyVariants(id: string): { variants: number; showMore(): void } {
  const [wideOpen, setWideOpen] = useState<string>();
  return { variants: wideOpen === id ? MANY : FEW, showMore: () => setWideOpen(id) };
}
