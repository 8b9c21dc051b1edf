import type { Claims } from '../auth/claims';
import { RequestError } from '../errors';
import type { Span, Transaction } from './change';
import { Delivery } from './delivery';
import { Subscriber } from './subscriber';
import type { Audience, Place } from './tail';

/** Those who follow one project. */
interface Topic {
  subscribers: Set<Subscriber>;
  /** Callers who may, or of whom it is being looked up: the log tells when that ends. */
  allowed: Map<string, Promise<void>>;
}

const RETRY_MS = 200;

/** Everybody who follows something at this gateway. Who follows another project costs nothing. */
export class Hub implements Audience {
  private readonly topics = new Map<string, Topic>();
  private losses = 0;

  /** @param isVisible looks up under the caller's own rights whether he sees the project */
  constructor(private readonly isVisible: (claims: Claims, projectId: string) => Promise<boolean>) {}

  isEmpty(): boolean {
    return this.topics.size === 0;
  }

  /** Is called by the tail, between two looks. */
  enter(projectId: string, claims: Claims, start: Place): Subscriber {
    let topic = this.topics.get(projectId);
    if (!topic) this.topics.set(projectId, (topic = { subscribers: new Set(), allowed: new Map() }));
    const subscriber = new Subscriber(projectId, claims, start, (leaving) => this.remove(leaving));
    topic.subscribers.add(subscriber);
    return subscriber;
  }

  /**
   * Decides once for each caller and project whether he may follow it. The subscriber has entered before: what
   * ends the right after it was looked up reaches him.
   * @throws RequestError when he may not; what made it impossible to look
   */
  async authorize({ projectId, claims }: Subscriber): Promise<void> {
    const allowed = this.topics.get(projectId)?.allowed;
    const caller = callerOf(claims);
    const look = async () => {
      if (!(await this.isVisible(claims, projectId)))
        throw new RequestError('NOT_FOUND', 'There is no such project.');
    };
    const known = allowed?.get(caller);
    // That he may not is not shared: who asks later may.
    if (known) return known.catch(look);
    const looked = look();
    allowed?.set(caller, looked);
    try {
      await looked;
    } catch (error) {
      if (allowed?.get(caller) === looked) allowed.delete(caller);
      throw error;
    }
  }

  deliver(span: Span, transactions: Transaction[], isLast: boolean): void {
    const lastOf = new Map(transactions.map((transaction) => [transaction.projectId, transaction]));
    for (const transaction of transactions) {
      const topic = this.topics.get(transaction.projectId);
      if (topic) {
        this.hand(
          topic,
          new Delivery(span, transaction, isLast && lastOf.get(transaction.projectId) === transaction),
        );
      }
    }
  }

  /** Between may lie the end of somebody's rights, too: nobody is told more before it is looked up anew. */
  lose(): void {
    this.losses++;
    const lost = [...this.topics.values()].flatMap(({ subscribers, allowed }) => {
      allowed.clear();
      return [...subscribers];
    });
    for (const subscriber of lost) {
      subscriber.lose();
      subscriber.suspend();
      void this.confirm(subscriber, this.losses);
    }
  }

  private async confirm(subscriber: Subscriber, loss: number): Promise<void> {
    while (!subscriber.isOver() && loss === this.losses) {
      try {
        await this.authorize(subscriber);
        if (loss === this.losses) subscriber.resume();
        return;
      } catch (error) {
        if (error instanceof RequestError) return subscriber.leave();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private hand(topic: Topic, delivery: Delivery): void {
    const { newOwnerId, isProjectGone } = delivery.transaction;
    if (newOwnerId !== undefined || isProjectGone) topic.allowed.clear();
    if (newOwnerId !== undefined) {
      for (const subscriber of topic.subscribers) {
        const { role, sub } = subscriber.claims;
        if (role === 'authenticated' && sub !== newOwnerId) subscriber.leave();
      }
    }
    for (const subscriber of topic.subscribers) {
      subscriber.push(delivery);
      if (isProjectGone) subscriber.end();
    }
  }

  private remove(subscriber: Subscriber): void {
    const topic = this.topics.get(subscriber.projectId);
    topic?.subscribers.delete(subscriber);
    if (topic?.subscribers.size === 0) this.topics.delete(subscriber.projectId);
  }
}

function callerOf({ role, sub }: Claims): string {
  return `${role} ${sub ?? ''}`;
}
