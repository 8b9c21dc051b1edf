import { useEffect, useRef } from 'react';
import { useOpenItem } from '../frame/places';

/** After the lightbox closes: to the card of what it showed last, which may not be the one it was opened from. */
export function useFocusAfterItem(focus: (id: string) => boolean): void {
  const [item] = useOpenItem();
  const last = useRef<string>();
  useEffect(() => {
    if (!item && last.current) focus(last.current);
    last.current = item;
    // Once for each item, whatever is drawn meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [item]);
}
