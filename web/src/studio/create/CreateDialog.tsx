import { Dialog } from '../parts/Dialog';

export function CreateDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Create" onClose={onClose}>
      …
    </Dialog>
  );
}
