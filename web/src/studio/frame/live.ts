import { useCallback, useState, useSyncExternalStore } from 'react';
import type { GatewayError } from '../../client/errors';
import { useGateway } from '../../client/gateway';
import type { SocketState } from '../../client/socket';
import type { ProjectNewsSubscription, RealtimeTable } from '../../graphql/generated';
import { useProjectNewsSubscription } from '../../graphql/hooks';

type News = NonNullable<ProjectNewsSubscription['projectChanges']>;
type Change = NonNullable<News['changes']>[number];

/** All that can be followed. */
const TABLES: RealtimeTable[] = ['GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS', 'SHOTS', 'TASKS'];

/** What shows rows of other types hangs on these: counts of a shot, the credits that a finished task cost. */
function typesOf(change: NonNullable<Change>): string[] {
  switch (change.table) {
    case 'GENERATIONS':
      return ['Generation', ...(change.operation === 'UPDATE' ? [] : ['Shot', 'StorageObject'])];
    case 'GENERATION_VARIANTS':
      return ['GenerationVariant'];
    case 'SHOT_GENERATIONS':
      return ['ShotGeneration', 'Shot'];
    case 'SHOTS':
      return ['Shot'];
    case 'TASKS':
      return ['Task', ...(change.after?.status === 'COMPLETE' ? ['User', 'CreditsLedger'] : [])];
    default:
      return [];
  }
}

export interface Liveness {
  /** The project was deleted, or is somebody else's now. */
  isGone: boolean;
  /** Why what others change is not shown. */
  fault: GatewayError | undefined;
  again(): void;
}

/**
 * Keeps everything that is shown of a project as it is in the database: what another window, a worker or psql changes
 * is fetched when it is told. Changes of this window too: what they set off elsewhere is in no answer to it.
 */
export function useLiveProject(projectId: string): Liveness {
  const { staleness } = useGateway();
  const [ended, setEnded] = useState<GatewayError | 'gone'>();
  const onItem = useCallback(
    ({ kind, changes }: News) => {
      // READY: what was fetched before it may lack what happened meanwhile.
      if (kind !== 'CHANGE') staleness.markAll();
      else staleness.mark((changes ?? []).flatMap((change) => (change ? typesOf(change) : [])));
    },
    [staleness],
  );
  useProjectNewsSubscription(
    { projectId, tables: TABLES },
    {
      onItem,
      onEnd: (reason) => {
        staleness.markAll();
        setEnded(!reason || reason.code === 'NOT_FOUND' ? 'gone' : reason);
      },
      enabled: ended === undefined,
    },
  );
  const isGone = ended === 'gone';
  return { isGone, fault: isGone ? undefined : ended, again: () => setEnded(undefined) };
}

export function useSocketState(): SocketState {
  const { socket } = useGateway();
  return useSyncExternalStore(socket.watch, socket.state);
}
