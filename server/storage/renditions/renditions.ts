import type { Readable } from 'node:stream';
import type { Logger } from '../../log';
import type { RenditionCounts } from '../../ops/metrics/storage';
import { abortable } from '../abortable';
import { StorageError } from '../errors';
import { chooseFormat } from './accept';
import { gather, tooManyBytes } from './gather';
import { keepRenditions } from './kept';
import type { PictureBounds, Rendition } from './picture';
import { unreadable } from './refusals';
import { createShares } from '../shares';
import { createPlaces } from './places';
import type { Transform } from './transform';

export interface RenditionOptions extends PictureBounds {
  inputBytesMax: number;
  /**
   * Pictures that are made at the same time, in the whole process. Each holds one thread of libuv's pool from its
   * first byte to its last, and reading files, looking up names and unpacking wait for the same threads, of which there
   * are 4 unless UV_THREADPOOL_SIZE says otherwise. So at most half of them: 2. A third would be no faster on the
   * two cores most gateways have, and each may take 25 MB of input and up to 400 MB of pixels.
   */
  atOnce: number;
  waitingMax: number;
  cacheBytes: number;
}

export interface RenditionRequest {
  /** The version: its bytes never change, so neither does what is made of them. */
  key: string;
  read: (signal: AbortSignal) => Promise<Readable>;
  /** As the object's row says; only ever a reason to refuse sooner. */
  size?: number;
  type?: string;
  transform: Transform;
  /** Who asks first: his share of what is drawn at once is bounded. Undefined: the gateway itself. */
  caller?: string;
  /** The header of the request. The answer depends on it, which its `Vary` has to say. */
  accept?: string;
}

export interface Renditions {
  /**
   * @throws StorageError ImageProcessingError when it cannot be made of these bytes, SlowDown when too many are being
   * made; the signal's reason; what `read` throws
   */
  render(request: RenditionRequest, signal: AbortSignal): Promise<Rendition>;
  /** What is kept of it, and nothing is drawn. @throws StorageError ImageProcessingError as far as its row says so */
  find(request: Omit<RenditionRequest, 'read'>): Rendition | undefined;
  /** Forgets what was made of a version. */
  purge(key: string): void;
  view(): RenditionCounts & { count: number };
}

interface Progress {
  /** From here on nothing stops it, and what was paid for is kept. */
  isDrawing: boolean;
  isPurged: boolean;
}

const BUSY = 'Too many pictures are being rendered now; try again later.';

/** One rendition being made, for all who ask for it meanwhile. */
interface Making {
  rendition: Promise<Rendition>;
  progress: Progress;
  callers: number;
  abandon: AbortController;
}

export function createRenditions(options: RenditionOptions, log: Logger): Renditions {
  const { inputBytesMax, atOnce, waitingMax, timeoutMs, cacheBytes } = options;
  const places = createPlaces({ atOnce, waitingMax, waitMs: timeoutMs, busy: BUSY });
  // Half of all, so that whoever asks for the largest of everything keeps nobody else waiting for long.
  const shares = createShares({
    ...{ atOnce: Math.max(1, Math.floor(atOnce / 2)), waitingMax, waitMs: timeoutMs, busy: BUSY },
  });
  const kept = keepRenditions(cacheBytes);
  const makings = new Map<string, Map<string, Making>>();
  const counts = { made: 0, kept: 0, refused: 0 };

  async function make(
    { key, read, transform, accept, caller }: RenditionRequest,
    name: string,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Rendition> {
    const leaveShare = caller === undefined ? () => undefined : await shares.take(caller, signal);
    const leave = await places.take(signal).catch((error: unknown) => {
      leaveShare();
      throw error;
    });
    try {
      const bytes = await readInTime(read, signal);
      progress.isDrawing = true;
      // Read with the first picture: no start has to wait for it.
      const { drawRendition } = await import('./picture.ts');
      const rendition = await drawRendition(bytes, transform, chooseFormat(transform, accept), options);
      counts.made++;
      if (!progress.isPurged) kept.set(key, name, rendition);
      return rendition;
    } catch (error) {
      if (error instanceof StorageError && error.code === 'ImageProcessingError')
        log.info({ err: error, version: key }, 'a picture could not be rendered');
      throw error;
    } finally {
      leave();
      leaveShare();
    }
  }

  async function readInTime(read: RenditionRequest['read'], signal: AbortSignal): Promise<Buffer> {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      return await gather(read, inputBytesMax, AbortSignal.any([signal, late]));
    } catch (error) {
      if (!signal.aborted && late.aborted) throw new StorageError('ServiceUnavailable');
      throw error;
    }
  }

  function begin(request: RenditionRequest, name: string): Making {
    const { key } = request;
    const abandon = new AbortController();
    const progress = { isDrawing: false, isPurged: false };
    const rendition = make(request, name, progress, abandon.signal).finally(() => forget(key, name, making));
    const making: Making = { rendition, progress, callers: 0, abandon };
    makings.set(key, (makings.get(key) ?? new Map<string, Making>()).set(name, making));
    return making;
  }

  function forget(key: string, name: string, making: Making): void {
    const ofVersion = makings.get(key);
    if (ofVersion?.get(name) !== making) return;
    ofVersion.delete(name);
    if (ofVersion.size === 0) makings.delete(key);
  }

  /** What is ready, being made for others, or begun for this caller. */
  async function getOrMake(request: RenditionRequest, signal: AbortSignal): Promise<Rendition> {
    signal.throwIfAborted();
    refuseEarly(request, inputBytesMax);
    const { key } = request;
    const name = nameOf(request);
    const ready = kept.get(key, name);
    if (ready) {
      counts.kept++;
      return ready;
    }
    const making = makings.get(key)?.get(name) ?? begin(request, name);
    making.callers++;
    try {
      return await abortable(making.rendition, signal);
    } finally {
      if (--making.callers === 0 && !making.progress.isDrawing) {
        // Whoever asks from now on begins anew, and does not join what is being given up.
        forget(key, name, making);
        making.abandon.abort();
      }
    }
  }

  return {
    async render(request, signal) {
      try {
        return await getOrMake(request, signal);
      } catch (error) {
        if (error instanceof StorageError) counts.refused++;
        throw error;
      }
    },
    find(request) {
      try {
        refuseEarly(request, inputBytesMax);
      } catch (error) {
        counts.refused++;
        throw error;
      }
      return kept.get(request.key, nameOf(request));
    },
    purge(key) {
      kept.remove(key);
      for (const making of makings.get(key)?.values() ?? []) making.progress.isPurged = true;
      makings.delete(key);
    },
    view: () => ({ ...places.view(), ...kept.view(), ...counts }),
  };
}

/** What needs no reading to be refused. A type that says nothing is looked at. */
function refuseEarly({ size, type }: Pick<RenditionRequest, 'size' | 'type'>, inputBytesMax: number): void {
  if (size !== undefined && size > inputBytesMax) throw tooManyBytes(inputBytesMax);
  const [kind = ''] = (type ?? '').toLowerCase().split(';');
  const mayBe = kind.startsWith('image/')
    ? !kind.startsWith('image/svg')
    : /^(|application\/octet-stream)$/.test(kind);
  if (!mayBe) throw unreadable();
}

/** Of all headers that come to the same there is one rendition. */
function nameOf({ transform, accept }: Pick<RenditionRequest, 'transform' | 'accept'>): string {
  const { width = 0, height = 0, resize, quality } = transform;
  return `${width}x${height} ${resize} ${quality} ${chooseFormat(transform, accept)}`;
}
