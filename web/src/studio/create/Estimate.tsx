import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTaskCostEstimateQuery } from '../../graphql/hooks';
import type { TaskType } from '../frame/project';
import { credits } from '../parts/words';
import { useCredits } from '../tasks/useCredits';
import { pricedParams, type Wish } from './order';

const QUIET_MS = 250;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What it will cost, and whether that is there. Never in the way of sending: tasks wait for credits. */
export function Estimate({ type, wish }: { type: TaskType; wish: Wish }) {
  const left = Number(useCredits());
  const asked = useSettled(JSON.stringify({ taskType: type.name, params: pricedParams(type, wish) }));
  // How long a worker will take nobody knows before: the price of a minute says most.
  const { data, error } = useTaskCostEstimateQuery(
    { ...(JSON.parse(asked) as { taskType: string; params: unknown }), seconds: '60' },
    { placeholderData: keepPreviousData },
  );
  const each = data?.taskCostEstimate == null ? undefined : Number(data.taskCostEstimate);
  const all = each === undefined ? undefined : each * wish.count;
  const isPerMinute = type.billingType === 'PER_SECOND';
  return (
    <div className={`estimate ${left <= 0 || (all ?? 0) > left ? 'short' : ''}`} role="status">
      <p className="number">
        {all === undefined ? (
          <span className="muted">{error ? error.message : 'Asking for the price …'}</span>
        ) : (
          <>
            <strong>
              {isPerMinute ? 'About ' : ''}
              {credits(all)} credits
            </strong>
            {wish.count > 1 && each !== undefined && (
              <span className="muted">
                {' '}
                · {wish.count} × {credits(each)}
              </span>
            )}
            <span className="muted"> · {credits(left)} left</span>
          </>
        )}
      </p>
      <p className="small">
        {left <= 0 ? (
          <>You have no credits: it waits until there are some.</>
        ) : (all ?? 0) > left ? (
          <>More than you have left: the rest waits for credits.</>
        ) : isPerMinute ? (
          <span className="muted">Paid by the second: this is for a minute each.</span>
        ) : (
          <span className="muted">Paid when done. What fails is free.</span>
        )}
      </p>
    </div>
  );
}
