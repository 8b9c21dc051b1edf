import { useEffect, useState, type DragEvent } from 'react';
import { useRoute } from 'wouter';
import { Dialog } from '../parts/Dialog';
import { Icon } from '../parts/Icon';
import { count } from '../parts/words';
import { ShotPicker } from './ShotPicker';
import { isOpen } from './uploads';
import { UploadRow } from './UploadRow';
import { useUploads } from './useUploads';
import './Upload.css';

/** Files of this device into the gallery, each with its progress. */
export function UploadDialog({ onClose }: { onClose(): void }) {
  const [isInShot, shot] = useRoute('/projects/:projectId/shots/:shotId');
  const [shotId, setShotId] = useState(isInShot ? (shot.shotId ?? '') : '');
  const [isAsking, setIsAsking] = useState(false);
  const [items, uploads] = useUploads(shotId || undefined);
  const open = items.filter(isOpen).length;
  const done = items.filter(({ state }) => state === 'done').length;
  const failed = items.filter(({ state }) => state === 'failed').length;
  const close = () => (open > 0 ? setIsAsking(true) : onClose());

  return (
    <Dialog
      title="Upload"
      onClose={close}
      footer={
        isAsking && open > 0 ? (
          <>
            <span className="upload-sum" role="alert">
              {count(open, 'upload')} would be stopped.
            </span>
            <button type="button" className="button danger" onClick={onClose}>
              Stop and close
            </button>
            <button type="button" className="button" onClick={() => setIsAsking(false)}>
              Keep on
            </button>
          </>
        ) : (
          <>
            <span className="upload-sum muted small" role="status">
              {items.length > 0 && `${done} of ${count(items.length, 'file')} in the gallery`}
              {failed > 0 && ` · ${failed} failed`}
            </span>
            <button
              type="button"
              className={`button ${done > 0 && open === 0 ? 'primary' : ''}`}
              onClick={close}
            >
              {done > 0 && open === 0 ? 'Done' : 'Close'}
            </button>
          </>
        )
      }
    >
      <div className="upload">
        <DropZone isSmall={items.length > 0} onFiles={uploads.begin} />
        <ShotPicker label="Also put them into a shot" value={shotId} onChange={setShotId} />
        {items.length > 0 && (
          <ul className="upload-rows" aria-label="Files">
            {items.map((item) => (
              <UploadRow key={item.id} item={item} uploads={uploads} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function DropZone({ isSmall, onFiles }: { isSmall: boolean; onFiles(files: Iterable<File>): void }) {
  const [isOver, setIsOver] = useState(false);
  // A file that falls beside the zone would be opened in place of the studio.
  useEffect(() => {
    const keep = (event: Event) => event.preventDefault();
    window.addEventListener('dragover', keep);
    window.addEventListener('drop', keep);
    return () => {
      window.removeEventListener('dragover', keep);
      window.removeEventListener('drop', keep);
    };
  }, []);
  const over = (is: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setIsOver(is);
  };
  return (
    <label
      className={`upload-drop ${isSmall ? 'small-drop' : ''} ${isOver ? 'over' : ''}`}
      onDragEnter={over(true)}
      onDragOver={over(true)}
      onDragLeave={over(false)}
      onDrop={(event) => {
        over(false)(event);
        onFiles(event.dataTransfer.files);
      }}
    >
      <input
        type="file"
        className="visually-hidden"
        multiple
        accept="image/*,video/*"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
      <Icon name="upload" size={isSmall ? 20 : 28} />
      <strong>{isSmall ? 'Add more files' : 'Choose pictures and clips'}</strong>
      <span className="muted small">or drop them here</span>
    </label>
  );
}
