import { useShotsPaneQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';

interface ShotChoice {
  id: string;
  name: string;
}

/** The shots of the project by their order, to choose one of; no pictures of them. */
export function useShots(): readonly ShotChoice[] {
  const { project } = useDesk();
  const { data } = useShotsPaneQuery(
    { projectId: project.id, previews: 0 },
    { select: ({ shots }): ShotChoice[] => (shots?.nodes ?? []).map(({ id, name }) => ({ id, name })) },
  );
  return data ?? [];
}
