import { alice, gpu1, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase } from '../helpers/database';
import { makeStudio, queueOf, type Task } from './studio';

type Row = Record<string, unknown>;
export interface Run {
  type?: string;
  /** What happens between the order and the output. */
  meanwhile?: (task: Task) => Promise<unknown>;
}

const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

/** What a task made, by the task. */
export const madeBy = (task: Task) => task.result_data.output!;

/** A studio whose tasks are ordered by Alice, and a way to look at what they made. */
export async function makeWorkshop() {
  const database = await createTestDatabase();
  const queue = queueOf(database);
  const project = await makeStudio(database, alice);
  await queue.type('image', { content_type: 'image' });
  await queue.type('video', { content_type: 'video' });
  await queue.type('upscale', { category: 'upscale', variant_type: 'upscaled' });
  await queue.type('direct', { category: 'orchestration', content_type: null, unit_cost: null });
  await queue.type('caption', { category: 'processing', content_type: null });
  const rows = (sql: string, ...values: unknown[]) => database.asOwner<Row>(sql, values);

  return {
    ...{ database, queue, project, rows, worker, make: builders(database) },
    /** Orders, claims and completes one task. */
    run: async (params: Row, { type = 'image', meanwhile }: Run = {}): Promise<Task> => {
      await queue.enqueue(alice, project, [{ task_type: type, params }]);
      const task = await queue.claim(worker);
      expect(task).toMatchObject({ task_type: type });
      await meanwhile?.(task!);
      const done = await queue.complete(worker, task!.id, 1, `out/${task!.id}.png`);
      expect(done).toMatchObject({ status: 'Complete', output_location: `out/${task!.id}.png` });
      expect(done).toEqual(await queue.task(done.id));
      return done;
    },
    generation: async (id: string) => (await rows('select * from generations where id = $1', id))[0]!,
    variants: (id: string) =>
      rows('select * from generation_variants where generation_id = $1 order by created_at, id', id),
    links: (id: string) => rows('select * from shot_generations where generation_id = $1', id),
    /** Generations that came from this task. */
    madeFor: (task: Task) => rows('select * from generations where task_id = $1', task.id),
    /** The task made a gallery item of its own, and nothing of what it was aimed at. */
    expectPlain: async (task: Task, ...notes: RegExp[]): Promise<void> => {
      expect(task.result_data.notes).toEqual(
        notes.length ? notes.map((note) => expect.stringMatching(note) as string) : undefined,
      );
      expect(await rows('select * from generations where task_id = $1', task.id)).toMatchObject([
        { id: madeBy(task).generation_id, is_child: false, parent_generation_id: null, child_order: null },
      ]);
    },
  };
}

export type Workshop = Awaited<ReturnType<typeof makeWorkshop>>;
