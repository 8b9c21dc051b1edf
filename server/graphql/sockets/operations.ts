import { randomUUID } from 'node:crypto';
import { MessageType, type CompleteMessage, type Message, type SubscribeMessage } from 'graphql-ws';
import type { RequestError } from '../../errors';
import type { OperationFacts } from '../facts';
import { frameOf } from './frames';
import type { Followed, OperationView } from './view';

/** One that a client has begun, until its last message is written. */
export interface Operation {
  /** What graphql-ws knows it by: never used twice on a socket. */
  key: string;
  /** What the client calls it. It may use the name again as soon as the operation is completed. */
  id: string;
  requestId: string;
  begun: number;
  /** Milliseconds since 1970. */
  since: number;
  facts: OperationFacts;
  delivered: number;
  lastLagMs?: number | undefined;
  following?: Followed;
  abandoned: AbortController;
  refusal?: RequestError | undefined;
}

/**
 * The operations of one socket. graphql-ws goes by the client's ids, and mixes two operations up when a client completes
 * one that is still at work and uses its id again: the second would get the results of the first. So each gets
 * a key of its own in between. A class, because there is one for each socket: functions of its own would cost each of
 * them kilobytes.
 */
export class Operations {
  private readonly byKey = new Map<string, Operation>();
  /** Those the client still waits for. */
  private readonly byId = new Map<string, Operation>();
  private count = 0;

  find(key: string): Operation | undefined {
    return this.byKey.get(key);
  }

  /** Whether the answer of a query or mutation is still to come. */
  owesAnswers(): boolean {
    return [...this.byId.values()].some(({ facts, refusal }) => facts.kind !== 'subscription' && !refusal);
  }

  /** @returns the operation with this id that the client waits for, if there is one */
  awaited(id: string): Operation | undefined {
    return this.byId.get(id);
  }

  begin({ id }: SubscribeMessage, refusal: RequestError | undefined): Operation {
    const operation: Operation = {
      ...{ key: String(++this.count), id, requestId: randomUUID(), begun: performance.now() },
      ...{ abandoned: new AbortController(), refusal, since: Date.now(), facts: {}, delivered: 0 },
    };
    this.byKey.set(operation.key, operation);
    this.byId.set(id, operation);
    return operation;
  }

  *views(): Iterable<OperationView> {
    for (const { requestId, facts, since, delivered, lastLagMs, following } of this.byKey.values()) {
      yield { ...{ requestId, kind: facts.kind, since, delivered, lastLagMs, following } };
    }
  }

  end(operation: Operation): void {
    this.byKey.delete(operation.key);
    if (this.isAwaited(operation)) this.byId.delete(operation.id);
  }

  /** The client does not want any more of it. @returns the message in graphql-ws's words */
  abandon({ id }: CompleteMessage): CompleteMessage | undefined {
    const operation = this.byId.get(id);
    if (!operation) return undefined;
    this.byId.delete(id);
    operation.abandoned.abort();
    return { type: MessageType.Complete, id: operation.key };
  }

  abandonAll(): void {
    this.byId.clear();
    for (const operation of this.byKey.values()) operation.abandoned.abort();
  }

  /** @returns a message of graphql-ws as the client gets it, undefined when he does not want it any more */
  compose(message: Message): string | undefined {
    if (!('id' in message)) return frameOf(message);
    const operation = this.byKey.get(message.id);
    if (!operation || !this.isAwaited(operation)) return undefined;
    // Its last one: he may use the id again as soon as he has it.
    if (message.type !== MessageType.Next) this.byId.delete(operation.id);
    return frameOf({ ...message, id: operation.id });
  }

  private isAwaited(operation: Operation): boolean {
    return this.byId.get(operation.id) === operation;
  }
}
