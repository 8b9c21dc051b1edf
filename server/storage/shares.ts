import { createPlaces, type Places, type PlacesOptions } from './renditions/places';

/** So many at once for each caller, and a queue of bounded length behind them. */
export interface Shares {
  /** @returns what gives the place on. @throws as Places do */
  take(caller: string, signal: AbortSignal): Promise<() => void>;
}

/** Keeps one caller from taking what is there for all. */
export function createShares(options: PlacesOptions): Shares {
  const callers = new Map<string, Places>();
  return {
    take: async (caller, signal) => {
      const places = callers.get(caller) ?? createPlaces(options);
      callers.set(caller, places);
      const forget = () => {
        const { running, waiting } = places.view();
        if (running + waiting === 0 && callers.get(caller) === places) callers.delete(caller);
      };
      try {
        const leave = await places.take(signal);
        return () => {
          leave();
          forget();
        };
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
