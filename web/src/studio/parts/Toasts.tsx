import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from './IconButton';
import './Toasts.css';

interface Toast {
  id: number;
  text: string;
  kind: 'good' | 'bad';
}

interface Tell {
  /** What was done. */
  good(text: string): void;
  /** What went wrong: an error, or words. */
  bad(reason: unknown): void;
}

const ToastContext = createContext<Tell | undefined>(undefined);

/** @throws Error outside of <Toasts> */
export function useTell(): Tell {
  const tell = useContext(ToastContext);
  if (!tell) throw new Error('useTell works below <Toasts> only.');
  return tell;
}

/** Returns what ends it. */
type OpenOutlet = (dialog: HTMLElement) => () => void;

const OutletContext = createContext<OpenOutlet | undefined>(undefined);

/** For dialogs: what is said while one is open has to stand within it, because all else lies below and is inert. */
export function useToastOutlet(): OpenOutlet | undefined {
  return useContext(OutletContext);
}

const SHOWN_MS = 4_500;
/** Whoever reads slowly, or was looking elsewhere, should still learn what went wrong. */
const FAULT_SHOWN_MS = 12_000;
let lastId = 0;

/** Short words at the edge of the screen, read out too. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const tell = useMemo<Tell>(() => {
    const show = (kind: Toast['kind'], text: string) => {
      const id = ++lastId;
      // The same words again are not another message.
      setToasts((all) => [...all.filter((toast) => toast.text !== text).slice(-3), { id, text, kind }]);
      setTimeout(() => drop(id), kind === 'bad' ? FAULT_SHOWN_MS : SHOWN_MS);
    };
    return {
      good: (text) => show('good', text),
      bad: (reason) => show('bad', reason instanceof Error ? reason.message : String(reason)),
    };
  }, [drop]);
  const [outlets, setOutlets] = useState<readonly HTMLElement[]>([]);
  const openOutlet = useCallback<OpenOutlet>((dialog) => {
    setOutlets((all) => [...all, dialog]);
    return () => setOutlets((all) => all.filter((other) => other !== dialog));
  }, []);
  const outlet = outlets.at(-1);
  const list = (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, text, kind }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" size={16} onClick={() => drop(id)} />
        </div>
      ))}
    </div>
  );
  return (
    <ToastContext.Provider value={tell}>
      <OutletContext.Provider value={openOutlet}>{children}</OutletContext.Provider>
      {outlet ? createPortal(list, outlet) : list}
    </ToastContext.Provider>
  );
}
