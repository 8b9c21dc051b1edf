import { useMemo } from 'react';

/** As they were sent: for who wants to know exactly. */
export function Params({ params }: { params: unknown }) {
  const text = useMemo(() => JSON.stringify(params, null, 2), [params]);
  if (text === '{}' || text === 'null') return null;
  return (
    <details className="params">
      <summary>Parameters</summary>
      {/* It scrolls: the keyboard has to reach it. */}
      <pre tabIndex={0} role="region" aria-label="Parameters, as JSON">
        <code>{text}</code>
      </pre>
    </details>
  );
}
