import { useState, type FormEvent } from 'react';
import { PageSteps } from '../parts/PageSteps';

interface PagerProps {
  page: number;
  pages: number;
  /** The number of the first card in all that match. */
  from: number;
  shown: number;
  total: number;
  onPage(page: number): void;
}

export function Pager({ page, pages, from, shown, total, onPage }: PagerProps) {
  const [typed, setTyped] = useState<string>();
  const go = (next: number) => {
    setTyped(undefined);
    const within = Math.min(pages, Math.max(1, Math.trunc(next)));
    if (Number.isFinite(within) && within !== page) onPage(within);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed) go(Number(typed));
  };
  const range =
    shown === 0 ? 'None' : `${from.toLocaleString('en')}–${(from + shown - 1).toLocaleString('en')}`;
  return (
    <nav className="pager" aria-label="Pages of the gallery">
      <p className="pager-range small muted number" role="status">
        {range} of {total.toLocaleString('en')}
      </p>
      {pages > 1 && (
        <form className="pager-steps" onSubmit={submit}>
          <PageSteps page={page} pages={pages} onPage={go}>
            <label className="pager-jump">
              <span>Page</span>
              <input
                className="number"
                inputMode="numeric"
                pattern="[0-9]*"
                aria-label={`Page, of ${pages}`}
                value={typed ?? String(page)}
                onFocus={(event) => event.target.select()}
                onChange={(event) => setTyped(event.target.value.replace(/\D/g, ''))}
                onBlur={() => (typed ? go(Number(typed)) : setTyped(undefined))}
              />
              <span className="number">of {pages.toLocaleString('en')}</span>
            </label>
          </PageSteps>
        </form>
      )}
    </nav>
  );
}
