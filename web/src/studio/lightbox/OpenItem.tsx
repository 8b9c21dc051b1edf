import { useState } from 'react';
import { AddToShot } from '../gallery/AddToShot';
import { toolName } from '../gallery/tools';
import { ago } from '../parts/words';
import { ItemActions } from './ItemActions';
import { Lineage } from './Lineage';
import { NameField } from './NameField';
import { Params } from './Params';
import { Prompt } from './Prompt';
import type { OpenGeneration, OpenTask } from './rows';
import { ShotPlaces } from './ShotPlaces';
import { Stage } from './Stage';
import { TaskFacts } from './TaskFacts';
import type { PageAround } from './usePageAround';
import { useViewed } from './useViewed';
import { Variants } from './Variants';

interface OpenItemProps {
  generation: OpenGeneration;
  openTasks: readonly OpenTask[];
  around: PageAround;
  onOpen(id: string): void;
  onClose(): void;
  onMoreVariants(): void;
}

export function OpenItem(props: OpenItemProps) {
  const { generation, openTasks, around, onOpen, onClose, onMoreVariants } = props;
  const [looked, setLooked] = useState<string>();
  const fresh = useViewed(generation);
  const variants = generation.variants.nodes;
  const shown = variants.find(({ id }) => id === looked) ?? variants.find(({ isPrimary }) => isPrimary);
  const places = generation.shotGenerations.nodes;
  const { type, prompt, toolType, createdAt } = generation;

  return (
    <>
      <Stage row={shown ? { ...shown, type, prompt } : generation} around={around} onOpen={onOpen} />
      <div className="lightbox-details">
        <ItemActions
          generation={generation}
          shown={shown}
          around={around}
          onOpen={onOpen}
          onClose={onClose}
        />
        <NameField generation={generation} />
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
          onLook={setLooked}
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
    </>
  );
}
