import { SAMPLE_USERS } from '../../server/sample/users';
import { EnqueueTasksDocument, type EnqueueTasksMutation } from '../../web/src/graphql/generated';
import { bob, type Actor, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { startTestGateway } from '../helpers/gateway';
import { run } from './statements';
import { createSampleDatabase } from '../helpers/sampleDatabase';

export const owner: User = { kind: 'user', ...SAMPLE_USERS[0] };

/** A request for a task, as the studio sends it. */
export const request = (values: Record<string, unknown> = {}) => ({
  taskType: 'image_generation',
  params: { prompt: 'A lighthouse' },
  ...values,
});

export type SampleQueue = Awaited<ReturnType<typeof openSampleQueue>>;

/** The sample data behind a gateway, the owner's busiest project in it, and Bob, who is a stranger there. */
export async function openSampleQueue() {
  const database = await createSampleDatabase();
  await builders(database).account(bob);
  const pick = async (sql: string, values: unknown[] = []) =>
    (await database.query<{ id: string }>(owner, sql, values))[0]?.id ?? '';
  const project = await pick(
    'select project_id as id from tasks group by project_id order by count(*) desc, project_id limit 1',
  );
  const gateway = await startTestGateway(database);
  const ask = <T>(actor: Actor, document: { toString(): string }, variables: Record<string, unknown>) =>
    run<T>(gateway, actor, document, variables);
  /** The answer of the owner, which must be one. */
  const answerOf = async <T>(document: { toString(): string }, variables: Record<string, unknown>) => {
    const answer = await ask<T>(owner, document, variables);
    expect(answer.errors).toBeUndefined();
    return { data: answer.data as T, statements: answer.statements };
  };
  return {
    ...{ database, gateway, project, ask, answerOf },
    shot: await pick('select id from shots where project_id = $1 order by "order" limit 1', [project]),
    generation: await pick(
      'select id from generations where project_id = $1 order by created_at, id limit 1',
      [project],
    ),
    enqueue: async (...tasks: Record<string, unknown>[]): Promise<string[]> => {
      const { data } = await answerOf<EnqueueTasksMutation>(EnqueueTasksDocument, {
        projectId: project,
        tasks,
      });
      return (data.enqueueTasks?.tasks ?? []).map(({ id }) => id);
    },
    close: async () => {
      await gateway.stop();
      await database.drop();
    },
  };
}
