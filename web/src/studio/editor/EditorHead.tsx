import { useState } from 'react';
import { Link as PageLink } from 'wouter';
import { places } from '../frame/places';
import { useDesk } from '../frame/project';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { NameField } from '../parts/NameField';
import { count } from '../parts/words';
import { inTray, type ShotState } from './shot';

export function EditorHead({
  state,
  onRename,
  onAdd,
}: {
  state: ShotState;
  onRename(name: string): void;
  onAdd(): void;
}) {
  const { project } = useDesk();
  const { shot, links } = state;
  const [isRenaming, setIsRenaming] = useState(false);
  const ratio = shot.aspectRatio ?? project.aspectRatio;
  const pictures = links.filter(({ generation }) => generation?.type === 'image').length;
  const clips = links.filter(({ generation }) => generation?.type === 'video' && !generation.isChild).length;
  const facts = [
    ratio,
    count(pictures, 'picture'),
    count(clips, 'clip'),
    `${inTray(links).length} in the tray`,
  ];
  return (
    <header className="editor-head">
      <PageLink
        href={places.shots(project.id)}
        className="icon-button quiet"
        aria-label="Back to the shots"
        title="Back to the shots"
      >
        <Icon name="back" />
      </PageLink>
      <div className="editor-title">
        <div className="editor-name">
          {isRenaming ? (
            <NameField
              name={shot.name}
              label="Name of the shot"
              onDone={(name) => {
                setIsRenaming(false);
                if (name) onRename(name);
              }}
            />
          ) : (
            <h1 className="clip" title={shot.name}>
              {shot.name}
            </h1>
          )}
          <IconButton icon="edit" size={18} label="Rename the shot" onClick={() => setIsRenaming(true)} />
        </div>
        <p className="muted small number">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <button type="button" className="button" onClick={onAdd}>
        <Icon name="add" size={18} />
        <span className="editor-add">Add pictures</span>
      </button>
    </header>
  );
}
