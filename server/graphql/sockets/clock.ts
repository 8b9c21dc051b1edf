/** The longest setTimeout: one that is longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Acts when the clock shows `time` (milliseconds since 1970), never before, however far away that is.
 * @returns what calls it off
 */
export function actAt(time: number, act: () => void): () => void {
  const alarm = new Alarm(time, act);
  alarm.wait();
  return () => alarm.callOff();
}

class Alarm {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly time: number,
    private readonly act: () => void,
  ) {}

  wait(): void {
    const left = this.time - Date.now();
    // A timer may fire a fraction of a millisecond before the clock is there.
    if (left <= 0) this.act();
    else this.timer = setTimeout(() => this.wait(), Math.min(Math.ceil(left), LONGEST_MS));
  }

  callOff(): void {
    clearTimeout(this.timer);
  }
}
