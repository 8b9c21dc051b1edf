import { IconButton } from '../parts/IconButton';
import { PAGE_SIZE } from './paneTask';

interface TaskPagerProps {
  offset: number;
  total: number;
  onGo(offset: number): void;
}

export function TaskPager({ offset, total, onGo }: TaskPagerProps) {
  if (total <= PAGE_SIZE) return null;
  const last = Math.min(total, offset + PAGE_SIZE);
  return (
    <nav className="tasks-pager" aria-label="Pages of tasks">
      <IconButton
        icon="back"
        label="Earlier page"
        disabled={offset === 0}
        onClick={() => onGo(Math.max(0, offset - PAGE_SIZE))}
      />
      <span className="small number">
        {offset + 1}–{last} of {total.toLocaleString('en')}
      </span>
      <IconButton
        icon="forward"
        label="Later page"
        disabled={last >= total}
        onClick={() => onGo(offset + PAGE_SIZE)}
      />
    </nav>
  );
}
