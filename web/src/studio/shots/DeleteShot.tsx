import { useEffect, useRef } from 'react';
import { Dialog } from '../parts/Dialog';
import type { Shot } from './shots';

interface DeleteShotProps {
  shot: Shot;
  onDelete(): void;
  onClose(): void;
}

export function DeleteShot({ shot, onDelete, onClose }: DeleteShotProps) {
  const { totalCount } = shot.shotGenerations;
  const keep = useRef<HTMLButtonElement>(null);
  // After the dialog has opened, which puts the focus on its first button.
  useEffect(() => keep.current?.focus(), []);
  return (
    <Dialog
      title="Delete this shot?"
      size="small"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button quiet" ref={keep} onClick={onClose}>
            Keep it
          </button>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              onDelete();
              onClose();
            }}
          >
            Delete the shot
          </button>
        </>
      }
    >
      <p>
        “{shot.name}” and its timeline will be gone.
        {totalCount > 0 && ' Its pictures and clips stay in the gallery.'}
      </p>
    </Dialog>
  );
}
