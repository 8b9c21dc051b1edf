import { useId, useState } from 'react';
import { Dialog } from '../parts/Dialog';
import { Loading } from '../parts/Notice';
import { CreateForm } from './CreateForm';
import { useKeptWish } from './keptWish';
import type { BasedOn } from './order';

interface CreateDialogProps {
  onClose(): void;
  /** Opened for an item: edits and other versions of it can be ordered too. */
  basedOn?: BasedOn;
}

/** Orders pictures and clips. */
export function CreateDialog({ onClose, basedOn }: CreateDialogProps) {
  const { kept: found, keep } = useKeptWish();
  // The form begins with it once, and stays: asked again and not there for a moment, it would take what was typed along.
  const [kept, setKept] = useState(found);
  if (!kept && found) setKept(found);
  const formId = useId();
  if (!kept) {
    return (
      <Dialog title="Create" onClose={onClose}>
        <Loading />
      </Dialog>
    );
  }
  return <CreateForm {...{ formId, kept, keep, onClose }} {...(basedOn ? { basedOn } : {})} />;
}
