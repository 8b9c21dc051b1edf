/** For how long what is always ready may follow itself before everybody else has a turn. */
const TURN_MS = 5;

// A process has one event loop, so this is one of the few things that are the process's own.
let began: number | undefined;

/**
 * Goes on at once, or after everybody else when this turn of the event loop has lasted long enough. Without it a
 * source that is always ready, read by a fast client, keeps the process from all others: what it waits for is
 * settled before any other event is looked at. A turn for each frame would hold a burst up instead.
 */
export function goOn(next: () => void): void {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    setImmediate(() => (began = undefined));
  }
  if (now - began < TURN_MS) next();
  else setImmediate(next);
}
