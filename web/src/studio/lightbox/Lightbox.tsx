import { Dialog } from '../parts/Dialog';

interface LightboxProps {
  id: string;
  /** Goes on to another generation. */
  onOpen(id: string): void;
  onClose(): void;
}

export function Lightbox({ id, onClose }: LightboxProps) {
  return (
    <Dialog title={id} size="full" onClose={onClose}>
      …
    </Dialog>
  );
}
