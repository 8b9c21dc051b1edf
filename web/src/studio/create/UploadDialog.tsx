import { Dialog } from '../parts/Dialog';

export function UploadDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Upload" onClose={onClose}>
      …
    </Dialog>
  );
}
