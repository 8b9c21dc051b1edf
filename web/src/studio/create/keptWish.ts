import { useToolSettingsQuery, usePatchToolSettingsMutation } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { ASPECT_RATIOS, LONGEST_SECONDS, MOST_TASKS, type Wish } from './order';

const TOOL = 'studio-create';
/** What is worth having again next time: not what it was about. */
type Kept = Pick<
  Wish,
  'taskType' | 'count' | 'aspectRatio' | 'resolution' | 'modelType' | 'seconds' | 'isPlaced'
>;

/** Settings are JSON that anybody of the account may have written. */
function read(value: unknown, usual: Kept): Kept {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<string, unknown>
  >;
  const text = (key: keyof Kept, fallback: string) =>
    typeof given[key] === 'string' ? given[key] : fallback;
  const number = (key: keyof Kept, most: number, fallback: number) => {
    const found = given[key];
    return Number.isInteger(found) && (found as number) >= 1 && (found as number) <= most
      ? (found as number)
      : fallback;
  };
  const aspectRatio = text('aspectRatio', usual.aspectRatio);
  return {
    taskType: text('taskType', usual.taskType),
    count: number('count', MOST_TASKS, usual.count),
    aspectRatio: ASPECT_RATIOS.includes(aspectRatio) ? aspectRatio : usual.aspectRatio,
    resolution: text('resolution', usual.resolution),
    modelType: text('modelType', usual.modelType),
    seconds: number('seconds', LONGEST_SECONDS, usual.seconds),
    isPlaced: given.isPlaced === true,
  };
}

const pick = (wish: Wish): Kept => {
  const { taskType, count, aspectRatio, resolution, modelType, seconds, isPlaced } = wish;
  return { taskType, count, aspectRatio, resolution, modelType, seconds, isPlaced };
};

/** What was chosen last time in this project, wherever that was. Undefined while it is fetched. */
export function useKeptWish(): { kept: Kept | undefined; keep(wish: Wish): void } {
  const { project } = useDesk();
  const settings = useToolSettingsQuery({ tool: TOOL, projectId: project.id });
  const patch = usePatchToolSettingsMutation();
  const usual: Kept = {
    ...{ taskType: 'image_generation', count: 1, resolution: '', modelType: '', seconds: 5, isPlaced: false },
    aspectRatio: ASPECT_RATIOS.find((ratio) => ratio === project.aspectRatio) ?? '16:9',
  };
  const merged = (settings.data?.toolSettings as { merged?: unknown } | null | undefined)?.merged;
  return {
    // Without them one begins with the usual: that is no reason to keep anybody waiting.
    kept: settings.data || settings.isError || settings.failureCount > 0 ? read(merged, usual) : undefined,
    keep: (wish) => {
      const next = pick(wish);
      if (JSON.stringify(next) === JSON.stringify(read(merged, usual))) return;
      patch.mutate({ scope: 'PROJECT', id: project.id, tool: TOOL, patch: next });
    },
  };
}
