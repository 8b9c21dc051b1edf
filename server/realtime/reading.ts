import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import type { ChangeLog } from './log';
import { UntellableError } from './replay';
import type { Subscriber } from './subscriber';

const RETRY_MS = 200;
/** A database that is away for longer is not waited for: fetching anew makes up for what was. */
const PERSISTENCE_MS = 60_000;

/** Reads again when the database was away: the stream goes on where it was. */
export function persistent(read: ChangeLog['read'], subscriber: Subscriber, log: Logger): ChangeLog['read'] {
  return async (question) => {
    const begun = performance.now();
    for (let failures = 0; ; failures++) {
      try {
        return await read(question);
      } catch (error) {
        const isLate = performance.now() - begun > PERSISTENCE_MS;
        if (subscriber.isOver() || isLate || isHopeless(error)) throw new UntellableError('unreadable');
        if (failures === 0)
          log.warn({ reason: messageOf(error), code: codeOf(error) }, 'what was cannot be read');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
}

/** What would fail again: it took too long, or is a fault of ours. */
function isHopeless(error: unknown): boolean {
  return /^(57014|22|42)/.test(String(codeOf(error)));
}
