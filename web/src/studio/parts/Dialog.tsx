import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { IconButton } from './IconButton';
import { useToastOutlet } from './Toasts';
import './Dialog.css';

interface DialogProps {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** Buttons at its end. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'full';
}

/** The browser's own: it keeps the focus inside, gives it back afterwards, and closes on Escape. */
export function Dialog({ title, onClose, children, footer, size = 'medium' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const openOutlet = useToastOutlet();
  // Closed while it still stands in the page: once it is taken out, the browser gives no focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return undefined;
    dialog.showModal();
    const closeOutlet = openOutlet?.(dialog);
    return () => {
      closeOutlet?.();
      dialog.close();
    };
  }, [openOutlet]);
  return (
    <dialog
      ref={ref}
      className={`dialog ${size}`}
      aria-label={title}
      onCancel={(event) => {
        // React hands on the one of a dialog that was opened within this one.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-box">
        <header className="dialog-head">
          <h2 className="clip">{title}</h2>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </header>
        <div className="dialog-body">{children}</div>
        {footer && <footer className="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}
