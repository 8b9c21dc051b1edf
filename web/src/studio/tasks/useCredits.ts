import { useCreditsQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';

/** What is bought, or given by hand, is told by no stream. */
const AGAIN_MS = 60_000;

/** What the signed-in person has left. */
export function useCredits(): string {
  const { me } = useDesk();
  const { data } = useCreditsQuery({}, { refetchInterval: AGAIN_MS });
  return data?.me?.credits ?? me.credits;
}
