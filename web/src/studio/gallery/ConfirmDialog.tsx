import type { ReactNode } from 'react';
import { Dialog } from '../parts/Dialog';

interface ConfirmDialogProps {
  title: string;
  /** What is lost. */
  children: ReactNode;
  /** What the button says. */
  act: string;
  onConfirm(): void;
  onClose(): void;
}

/** Before what cannot be taken back. */
export function ConfirmDialog({ title, children, act, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog
      title={title}
      size="small"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" className="button danger" onClick={onConfirm}>
            {act}
          </button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
