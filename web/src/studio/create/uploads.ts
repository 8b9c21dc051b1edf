import { GatewayError } from '../../client/errors';

/** `waiting` for its turn, `lost` while there is no connection, `adding` it to the gallery when its bytes are there. */
export type UploadState = 'waiting' | 'sending' | 'lost' | 'adding' | 'done' | 'failed' | 'stopped';

export interface UploadItem {
  id: string;
  file: File;
  /** An address of its picture in this page. */
  picture?: string;
  state: UploadState;
  /** From 0 to 1. */
  sent: number;
  fault?: string;
  /** The gateway will not have it: another try would end the same. */
  isRefused?: boolean;
  /** Where its bytes are: what went wrong after that does not send them again. */
  location?: string;
  generationId?: string;
}

export interface UploadSteps {
  send(
    file: File,
    on: { progress(share: number): void; wait(): void; signal: AbortSignal },
  ): Promise<{ location: string }>;
  /** @param isAgain whether it may be there already: an answer was lost */
  add(file: File, location: string, isAgain: boolean): Promise<string>;
}

export interface Uploads {
  /** How it is done from now on. */
  doBy(steps: UploadSteps): void;
  items(): readonly UploadItem[];
  watch(listener: () => void): () => void;
  begin(files: Iterable<File>): void;
  retry(id: string): void;
  stop(id: string): void;
  stopAll(): void;
}

const AT_ONCE = 2;
const RUNNING: readonly UploadState[] = ['sending', 'lost', 'adding'];
export const isOpen = ({ state }: UploadItem) => state === 'waiting' || RUNNING.includes(state);
const NO_MEDIA = 'Only pictures and clips go into the gallery.';
const isMedia = (file: File) => /^(?:image|video)\//.test(file.type);
const isSame = (one: File, other: File) =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

/** Files on their way into the gallery, a few at a time. */
export function createUploads(): Uploads {
  let steps: UploadSteps | undefined;
  let items: readonly UploadItem[] = [];
  const listeners = new Set<() => void>();
  const running = new Map<string, AbortController>();
  const change = (next: readonly UploadItem[]) => {
    items = next;
    for (const listener of listeners) listener();
  };
  const set = (id: string, patch: Partial<UploadItem>) =>
    change(items.map((item) => (item.id === id ? { ...item, ...patch } : item)));

  const run = async (item: UploadItem) => {
    const { id, file } = item;
    if (!steps) return;
    const { send, add } = steps;
    const ended = new AbortController();
    const { signal } = ended;
    running.set(id, ended);
    try {
      let { location } = item;
      const isAgain = location !== undefined;
      if (location === undefined) {
        set(id, { state: 'sending' });
        const progress = (share: number) => set(id, { state: 'sending', sent: share });
        const sent = await send(file, { progress, wait: () => set(id, { state: 'lost' }), signal });
        location = sent.location;
      }
      set(id, { state: 'adding', sent: 1, location });
      set(id, { state: 'done', generationId: await add(file, location, isAgain) });
    } catch (error) {
      set(id, signal.aborted ? { state: 'stopped' } : { state: 'failed', ...faultOf(error) });
    } finally {
      running.delete(id);
      startNext();
    }
  };
  const startNext = () => {
    for (const item of items) {
      if (running.size >= AT_ONCE) return;
      if (item.state === 'waiting' && !running.has(item.id)) void run(item);
    }
  };
  const stop = (id: string) => {
    const item = items.find((each) => each.id === id);
    // It is in the gallery in a moment: there it can be deleted.
    if (!item || item.state === 'adding') return;
    if (item.state === 'waiting') set(id, { state: 'stopped' });
    running.get(id)?.abort();
  };

  return {
    doBy: (given) => {
      steps = given;
    },
    items: () => items,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin: (files) => {
      const added = [...files]
        // Chosen twice by mistake; two uploads of one file would also go on with each other's bytes.
        .filter((file) => !items.some((item) => isOpen(item) && isSame(item.file, file)))
        .map((file): UploadItem => {
          const id = crypto.randomUUID();
          if (!isMedia(file)) {
            return {
              id,
              file,
              sent: 0,
              state: 'failed',
              isRefused: true,
              fault: NO_MEDIA,
            };
          }
          const picture = file.type.startsWith('image/') ? { picture: URL.createObjectURL(file) } : {};
          return { id, file, sent: 0, state: 'waiting', ...picture };
        });
      change([...items, ...added]);
      startNext();
    },
    retry: (id) => {
      set(id, { state: 'waiting' });
      startNext();
    },
    stop,
    stopAll: () => {
      for (const item of items) {
        if (isOpen(item)) stop(item.id);
        if (item.picture) URL.revokeObjectURL(item.picture);
      }
    },
  };
}

export const isWorthAnother = ({ state, isRefused }: UploadItem) =>
  state === 'stopped' || (state === 'failed' && !isRefused);

/** Of these nobody knows whether it was done: another try looks first, and sends no bytes twice. */
const UNDECIDED = ['OUTCOME_UNKNOWN', 'INTERNAL'];

const faultOf = (error: unknown): Partial<UploadItem> => ({
  fault: error instanceof Error ? error.message : String(error),
  isRefused: error instanceof GatewayError && !error.isRetryable && !UNDECIDED.includes(error.code),
});
