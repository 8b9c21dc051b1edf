import { ConfirmDialog } from '../parts/ConfirmDialog';
import type { Shot } from './shots';

interface DeleteShotProps {
  shot: Shot;
  onDelete(): void;
  onClose(): void;
}

export function DeleteShot({ shot, onDelete, onClose }: DeleteShotProps) {
  const { totalCount } = shot.shotGenerations;
  return (
    <ConfirmDialog
      title="Delete this shot?"
      act="Delete the shot"
      keep="Keep it"
      onClose={onClose}
      onConfirm={() => {
        onDelete();
        onClose();
      }}
    >
      <p>
        “{shot.name}” and its timeline will be gone.
        {totalCount > 0 && ' Its pictures and clips stay in the gallery.'}
      </p>
    </ConfirmDialog>
  );
}
