import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import './Notice.css';

/** In place of a list: that there is nothing, that it is on its way, or why it cannot be had. */
export function Notice({ icon, title, children }: { icon?: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="notice">
      {icon && <Icon name={icon} size={32} />}
      <p className="notice-title">{title}</p>
      {children && <div className="muted">{children}</div>}
    </div>
  );
}

interface FaultProps {
  reason: Error;
  onRetry?: () => void;
  /** What else can be done about it. */
  children?: ReactNode;
}

export function Fault({ reason, onRetry, children }: FaultProps) {
  return (
    <div role="alert">
      <Notice icon="warning" title={reason.message}>
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {children}
      </Notice>
    </div>
  );
}

export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <div className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      <span className="visually-hidden">{what}</span>
    </div>
  );
}
