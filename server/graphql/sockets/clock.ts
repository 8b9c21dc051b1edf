/** The longest setTimeout: one that is longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Acts when the clock shows `time` (milliseconds since 1970), never before, however far away that is.
 * @returns what calls it off
 */
export function actAt(time: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = time - Date.now();
    // A timer may fire a fraction of a millisecond before the clock is there.
    if (left <= 0) act();
    else timer = setTimeout(wait, Math.min(Math.ceil(left), LONGEST_MS));
  };
  wait();
  return () => clearTimeout(timer);
}
