import { useState } from 'react';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { isOpen, isWorthAnother, type UploadItem, type Uploads } from './uploads';

const SIZES = ['kB', 'MB', 'GB'];

function sizeOf(bytes: number): string {
  let size = bytes / 1000;
  let unit = 0;
  for (; size >= 1000 && unit < SIZES.length - 1; unit++) size /= 1000;
  return `${size.toLocaleString('en', { maximumFractionDigits: size < 10 ? 1 : 0 })} ${SIZES[unit]}`;
}

function wordsOf({ state, sent, fault, file }: UploadItem): string {
  switch (state) {
    case 'waiting':
      return `${sizeOf(file.size)} · waits for its turn`;
    case 'sending':
      return `${Math.floor(sent * 100)}% of ${sizeOf(file.size)}`;
    case 'lost':
      return `Connection lost at ${Math.floor(sent * 100)}%. It goes on by itself.`;
    case 'adding':
      return 'Adding it to the gallery';
    case 'done':
      return `${sizeOf(file.size)} · in the gallery`;
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return fault ?? 'It failed.';
  }
}

export function UploadRow({ item, uploads }: { item: UploadItem; uploads: Uploads }) {
  const { id, file, state, sent } = item;
  const [isBroken, setIsBroken] = useState(false);
  return (
    <li className={`upload-row ${state}`}>
      <span className="upload-picture">
        {item.picture && !isBroken ? (
          <img src={item.picture} alt="" decoding="async" onError={() => setIsBroken(true)} />
        ) : (
          <Icon name={state === 'failed' ? 'warning' : 'play'} />
        )}
      </span>
      <div className="upload-what">
        <span className="clip">{file.name}</span>
        {isOpen(item) && <progress value={sent} max={1} aria-label={`Upload of ${file.name}`} />}
        <span className="upload-state small number">
          {state === 'done' && <Icon name="check" size={14} />}
          {wordsOf(item)}
        </span>
      </div>
      {isOpen(item) && state !== 'adding' && (
        <IconButton icon="close" label={`Stop ${file.name}`} size={18} onClick={() => uploads.stop(id)} />
      )}
      {isWorthAnother(item) && (
        <IconButton
          icon="refresh"
          label={`Try ${file.name} again`}
          size={18}
          onClick={() => uploads.retry(id)}
        />
      )}
    </li>
  );
}
