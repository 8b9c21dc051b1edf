import { useShotsPaneQuery } from '../../graphql/hooks';
import { useDesk } from './project';

interface ShotChoice {
  id: string;
  name: string;
}

/** The shots of the project by their order, to choose one of; no pictures of them. */
export function useShotChoices(): readonly ShotChoice[] {
  const { project } = useDesk();
  const { data } = useShotsPaneQuery(
    { projectId: project.id, previews: 0 },
    { select: ({ shots }): ShotChoice[] => (shots?.nodes ?? []).map(({ id, name }) => ({ id, name })) },
  );
  return data ?? [];
}
