import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreditLedgerQuery, CreditType } from '../../graphql/generated';
import { useCreditLedgerQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { Dialog } from '../parts/Dialog';
import { Fault, Loading, Notice } from '../parts/Notice';
import { ago, count, credits, plain } from '../parts/words';
import { useCredits } from './useCredits';
import './Credits.css';

type Entry = NonNullable<CreditLedgerQuery['creditsLedgers']>['nodes'][number];

const KINDS: Record<CreditType, string> = {
  AUTO_TOPUP: 'Topped up by itself',
  MANUAL: 'Given by hand',
  REFUND: 'Given back',
  SPEND: 'Spent',
  STRIPE: 'Bought',
};
const PAGE_SIZE = 20;
const MOST = 500;

export function CreditsDialog({ onClose }: { onClose(): void }) {
  const [first, setFirst] = useState(PAGE_SIZE);
  const ledger = useCreditLedgerQuery({ first }, { placeholderData: keepPreviousData });
  const latest = useCredits();
  const entries = ledger.data?.creditsLedgers;
  const left = Number(ledger.data?.me?.credits ?? latest);
  return (
    <Dialog title="Credits" onClose={onClose}>
      <p className="credits-balance">
        <strong className="number">{credits(left)}</strong>
        <span className="muted">credits left · 1 credit is 1 US dollar</span>
      </p>
      {left <= 0 && (
        <p className="credits-none">Nothing is left. What you order waits until there are credits again.</p>
      )}
      <h3>Latest entries</h3>
      {!entries && ledger.error ? (
        <Fault reason={ledger.error} onRetry={() => void ledger.refetch()} />
      ) : !entries ? (
        <Loading what="Asking for the entries" />
      ) : entries.totalCount === 0 ? (
        <Notice title="Nothing was bought or spent yet." />
      ) : (
        <>
          <ul className="credits-entries">
            {entries.nodes.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ul>
          {entries.totalCount > first && (
            <button
              type="button"
              className="button credits-more"
              disabled={first >= MOST}
              onClick={() => setFirst(Math.min(MOST, first + PAGE_SIZE * 2))}
            >
              {first >= MOST ? `The latest of ${count(entries.totalCount, 'entry', 'entries')}` : 'Show more'}
            </button>
          )}
        </>
      )}
    </Dialog>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  const { taskTypes } = useDesk();
  const { amount, type, createdAt, task } = entry;
  const notes = (entry.metadata ?? {}) as { task_type?: unknown; reason?: unknown };
  const name = task?.taskType ?? (typeof notes.task_type === 'string' ? notes.task_type : undefined);
  const displayName = name && (taskTypes.find((each) => each.name === name)?.displayName ?? plain(name));
  const about = [
    type === 'SPEND' ? undefined : KINDS[type],
    typeof notes.reason === 'string' ? notes.reason : undefined,
    task?.project?.name,
  ].filter(Boolean);
  const isGain = Number(amount) > 0;
  return (
    <li className="credits-entry">
      <div className="credits-what">
        <span className="clip">{displayName ?? KINDS[type]}</span>
        <span className="small muted">
          <time dateTime={createdAt} title={new Date(createdAt).toLocaleString()}>
            {ago(createdAt)}
          </time>
          {about.map((text) => ` · ${text}`)}
        </span>
      </div>
      <span className={`credits-amount number ${isGain ? 'gain' : ''}`}>
        {isGain ? '+' : '−'}
        {credits(Math.abs(Number(amount)))}
      </span>
    </li>
  );
}
