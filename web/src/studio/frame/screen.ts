import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

const AGAIN_MS = 1_000;

/** Until the gateway answers again. */
async function untilReachable(): Promise<void> {
  for (;;) {
    const isThere = await fetch('/healthz', { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/**
 * A part of the page that is loaded when it is first shown, or when there is nothing else to do: whoever comes to it while
 * the gateway restarts should not wait. React keeps a failure for good, so it is given none that passes by itself.
 * Fails when the gateway is there and the part is not: it has another version of the page.
 */
export function screen<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  const begin = async () => {
    try {
      return await load();
    } catch {
      await untilReachable();
      return load();
    }
  };
  // Safari has no requestIdleCallback.
  const ahead = () => void load().catch(() => {});
  if ('requestIdleCallback' in window) window.requestIdleCallback(ahead, { timeout: 5_000 });
  else setTimeout(ahead, AGAIN_MS);
  return lazy(async () => ({ default: await begin() }));
}
