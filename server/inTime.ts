/** What was waited for did not come in time. */
export class LateError extends Error {
  constructor() {
    super('no answer in time');
    this.name = 'LateError';
  }
}

/** Waits for so long at most; what becomes of late work interests nobody. @throws LateError, and what the work throws */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LateError()), ms);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
