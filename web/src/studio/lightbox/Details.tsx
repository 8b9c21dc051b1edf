import { AddToShot } from '../gallery/AddToShot';
import { toolName } from '../gallery/tools';
import { ago } from '../parts/words';
import { GenerationName } from './GenerationName';
import { ItemActions } from './ItemActions';
import { Lineage } from './Lineage';
import { Params } from './Params';
import { Prompt } from './Prompt';
import type { OpenGeneration, OpenTask, OpenVariant } from './rows';
import { ShotPlaces } from './ShotPlaces';
import { TaskFacts } from './TaskFacts';
import type { PageAround } from './usePageAround';
import { useViewed } from './useViewed';
import { Variants } from './Variants';

interface DetailsProps {
  generation: OpenGeneration;
  /** The variant that is looked at. */
  shown: OpenVariant | undefined;
  openTasks: readonly OpenTask[];
  around: PageAround;
  onOpen(id: string): void;
  /** At another variant. */
  onLook(id: string): void;
  onClose(): void;
  onMoreVariants(): void;
}

/** Everything about it but the picture. */
export function Details(props: DetailsProps) {
  const { generation, shown, openTasks, around, onOpen, onLook, onClose, onMoreVariants } = props;
  const fresh = useViewed(generation);
  const places = generation.shotGenerations.nodes;
  const { type, prompt, toolType, createdAt } = generation;
  return (
    <div className="lightbox-details">
      <ItemActions generation={generation} shown={shown} around={around} onOpen={onOpen} onClose={onClose} />
      <GenerationName generation={generation} />
      {prompt && <Prompt text={prompt} />}
      <p className="small muted">
        {type === 'video' ? 'Video' : 'Image'}
        {toolType && ` · ${toolName(toolType)}`} ·{' '}
        <time dateTime={createdAt} title={new Date(createdAt).toLocaleString('en')}>
          {ago(createdAt)}
        </time>
      </p>
      <Variants
        generation={generation}
        shown={shown}
        fresh={fresh}
        onLook={onLook}
        onMore={generation.variants.pageInfo.hasNextPage ? onMoreVariants : undefined}
      />
      <section className="lightbox-section">
        <h3>Shots</h3>
        {places.length > 0 && <ShotPlaces projectId={generation.projectId} places={places} />}
        <AddToShot generationIds={[generation.id]} />
      </section>
      <Lineage generation={generation} onOpen={onOpen} />
      <TaskFacts task={generation.task} openTasks={openTasks} />
      <Params params={generation.params} />
    </div>
  );
}
