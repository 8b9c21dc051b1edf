import { Component, type ReactNode } from 'react';
import { Fault } from './Notice';

/** A fault of the page within it: said there, with the rest still standing. */
export class Boundary extends Component<{ children: ReactNode }, { fault: Error | undefined }> {
  override state: { fault: Error | undefined } = { fault: undefined };

  static getDerivedStateFromError(thrown: unknown): { fault: Error } {
    return { fault: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    return (
      <Fault reason={new Error('This part of the page cannot be shown. There may be a newer version of it.')}>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load the page again
        </button>
      </Fault>
    );
  }
}
