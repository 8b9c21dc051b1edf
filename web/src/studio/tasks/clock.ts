import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Renders its component, and nothing else, when so many seconds have passed. One clock for all. */
export function useTick(seconds: number): void {
  useSyncExternalStore(watch, () => Math.floor(Date.now() / (seconds * 1000)));
}
