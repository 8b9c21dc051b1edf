import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { createStaleness } from '../../web/src/client/staleness';
import { eventually } from '../helpers/process';

describe('what is stale', () => {
  /** An answer that somebody looks at. */
  function look(queries: QueryClient, name: string, reads: string[], answer = async () => {}) {
    const asked = { times: 0, answered: 0 };
    const observer = new QueryObserver(queries, {
      queryKey: [name],
      queryFn: async () => {
        asked.times += 1;
        await answer();
        return (asked.answered += 1);
      },
      meta: { reads },
      staleTime: Infinity,
    });
    const stop = observer.subscribe(() => {});
    return { asked, stop };
  }

  test('is asked again, once for what came together; what shows no such row is not', async () => {
    const queries = new QueryClient();
    const staleness = createStaleness(queries);
    const gallery = look(queries, 'gallery', ['Generation']);
    const tasks = look(queries, 'tasks', ['Task']);
    await eventually(() => expect([gallery.asked.times, tasks.asked.times]).toEqual([1, 1]));
    staleness.mark(['Generation']);
    staleness.mark(['Generation', 'Shot']);
    await eventually(() => expect(gallery.asked.times).toBe(2));
    staleness.markAll();
    await eventually(() => expect(tasks.asked.times).toBe(2));
    // The others were asked with it: had `tasks` been asked for the first marks, it would be one more.
    expect([gallery.asked.times, tasks.asked.times]).toEqual([3, 2]);
    gallery.stop();
    tasks.stop();
    queries.clear();
  });

  test('and takes long to be answered is answered all the same, however often more changes', async () => {
    const queries = new QueryClient();
    const staleness = createStaleness(queries);
    let finish = () => {};
    const slow = look(queries, 'slow', ['Task'], () => new Promise<void>((resolve) => (finish = resolve)));
    const quick = look(queries, 'quick', ['Task']);
    await eventually(() => expect([slow.asked.times, quick.asked.answered]).toEqual([1, 1]));
    for (let answered = 2; answered <= 4; answered++) {
      staleness.mark(['Task']);
      await eventually(() => expect(quick.asked.answered).toBe(answered));
    }
    // Not begun anew by any of the three.
    expect(slow.asked).toEqual({ times: 1, answered: 0 });
    finish();
    // What it says may be from before the changes: it is asked once more, by itself.
    await eventually(() => expect(slow.asked).toEqual({ times: 2, answered: 1 }));
    finish();
    await eventually(() => expect(slow.asked.answered).toBe(2));
    slow.stop();
    quick.stop();
    queries.clear();
  });

  test('is asked in the end, though a change is never answered', async () => {
    const queries = new QueryClient();
    const staleness = createStaleness(queries);
    const gallery = look(queries, 'gallery', ['Generation']);
    await eventually(() => expect(gallery.asked.times).toBe(1));
    void queries
      .getMutationCache()
      .build(queries, { mutationFn: () => new Promise<void>(() => {}) })
      .execute(undefined);
    await eventually(() => expect(queries.isMutating()).toBe(1));
    staleness.mark(['Generation']);
    await eventually(() => expect(gallery.asked.times).toBe(2));
    gallery.stop();
    queries.clear();
  });

  test('is not asked while a change is under way: it would show what was before', async () => {
    const queries = new QueryClient();
    const staleness = createStaleness(queries);
    const gallery = look(queries, 'gallery', ['Generation']);
    await eventually(() => expect(gallery.asked.times).toBe(1));
    let finish = () => {};
    const change = queries
      .getMutationCache()
      .build(queries, { mutationFn: () => new Promise<void>((resolve) => (finish = resolve)) })
      .execute(undefined);
    await eventually(() => expect(queries.isMutating()).toBe(1));
    staleness.mark(['Generation']);
    // Marked later, and by one for whom nothing is under way: when its time is over, so is that of the first.
    const others = new QueryClient();
    const control = look(others, 'gallery', ['Generation']);
    await eventually(() => expect(control.asked.times).toBe(1));
    createStaleness(others).mark(['Generation']);
    await eventually(() => expect(control.asked.times).toBe(2));
    expect(gallery.asked.times).toBe(1);
    finish();
    await change;
    await eventually(() => expect(gallery.asked.times).toBe(2));
    gallery.stop();
    control.stop();
    queries.clear();
    others.clear();
  });
});
