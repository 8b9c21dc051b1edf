import { PageSteps } from '../parts/PageSteps';
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
      <PageSteps
        page={offset / PAGE_SIZE + 1}
        pages={Math.ceil(total / PAGE_SIZE)}
        onPage={(page) => onGo((page - 1) * PAGE_SIZE)}
      >
        <span className="small number">
          {offset + 1}–{last} of {total.toLocaleString('en')}
        </span>
      </PageSteps>
    </nav>
  );
}
