import { useEffect, useRef, type ReactNode } from 'react';
import { Dialog } from './Dialog';

interface ConfirmDialogProps {
  title: string;
  /** What is lost. */
  children: ReactNode;
  /** What the button says. */
  act: string;
  /** What the button says that leaves everything as it is. */
  keep?: string;
  /** While it is done, nothing more can be asked for. */
  isBusy?: boolean;
  onConfirm(): void;
  onClose(): void;
}

/** Before what cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, act, keep = 'Cancel', isBusy = false, onConfirm, onClose } = props;
  const harmless = useRef<HTMLButtonElement>(null);
  // After the dialog has opened, which puts the focus on its first button.
  useEffect(() => harmless.current?.focus(), []);
  return (
    <Dialog
      title={title}
      size="small"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button quiet" ref={harmless} onClick={onClose}>
            {keep}
          </button>
          {/* Not disabled: a button that is would lose the focus it has. */}
          <button
            type="button"
            className="button danger"
            aria-disabled={isBusy}
            onClick={() => !isBusy && onConfirm()}
          >
            {act}
          </button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
