import { randomUUID } from 'node:crypto';
import { MessageType, type CompleteMessage, type Message, type SubscribeMessage } from 'graphql-ws';
import type { RequestError } from '../../errors';
import type { OperationFacts } from '../facts';
import { frameOf, nextHead, textOf } from './frames';
import type { Result } from './stream';
import type { Followed, OperationView } from './view';

/** One that a client has begun, until its last message is written. */
export class Operation {
  readonly requestId = randomUUID();
  readonly begun = performance.now();
  /** Milliseconds since 1970. */
  readonly since = Date.now();
  readonly facts: OperationFacts = {};
  delivered = 0;
  lastLagMs: number | undefined;
  following: Followed | undefined;
  private isAbandoned = false;
  private controller: AbortController | undefined;
  private head: string | undefined;

  constructor(
    /** What graphql-ws knows it by: never used twice on a socket. */
    readonly key: string,
    /** What the client calls it. It may use the name again as soon as the operation is completed. */
    readonly id: string,
    readonly refusal: RequestError | undefined,
  ) {}

  /** Aborted when nobody wants it any more. Made for who asks: a subscription does not, and it takes two kilobytes. */
  get abandoned(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isAbandoned) this.controller.abort();
    return this.controller.signal;
  }

  abandon(): void {
    this.isAbandoned = true;
    this.controller?.abort();
  }

  /** The text of a message that gives a result. */
  frameOf(result: Result): string {
    this.head ??= nextHead(this.id);
    return `${this.head}${textOf(result)}}`;
  }
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
    const operation = new Operation(String(++this.count), id, refusal);
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
    operation.abandon();
    return { type: MessageType.Complete, id: operation.key };
  }

  abandonAll(): void {
    this.byId.clear();
    for (const operation of this.byKey.values()) operation.abandon();
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

  /** Whether the client still waits for something of it. */
  isAwaited(operation: Operation): boolean {
    return this.byId.get(operation.id) === operation;
  }
}
