import {
  MessageType,
  validateMessage,
  type CompleteMessage,
  type ConnectionInitMessage,
  type Message,
  type PingMessage,
  type PongMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import type { RawData } from 'ws';

/** What a client may say. */
export type ClientMessage =
  ConnectionInitMessage | PingMessage | PongMessage | SubscribeMessage | CompleteMessage;
const FROM_CLIENTS: MessageType[] = [
  ...[MessageType.ConnectionInit, MessageType.Ping, MessageType.Pong],
  ...[MessageType.Subscribe, MessageType.Complete],
];

/**
 * Reads a message of a client.
 * @throws Error that says what is wrong with it, for the client to read
 */
export function readFrame(data: RawData, isBinary: boolean): ClientMessage {
  if (isBinary) throw new Error('messages are text, not binary');
  let value: unknown;
  try {
    value = JSON.parse((data as Buffer).toString());
  } catch {
    throw new Error('it is not JSON');
  }
  const message = validateMessage(withQuery(value));
  if (!FROM_CLIENTS.includes(message.type)) throw new Error(`${message.type} is not for clients to send`);
  return message as ClientMessage;
}

/** A request by the hash of its text need not have one; graphql-ws asks for it. */
function withQuery(value: unknown): unknown {
  const { payload } = (value ?? {}) as { payload?: { query?: unknown; extensions?: unknown } | null };
  const { persistedQuery } = (payload?.extensions ?? {}) as { persistedQuery?: unknown };
  const isHashed = payload?.query == null && persistedQuery != null;
  return isHashed ? { ...(value as object), payload: { ...payload, query: '' } } : value;
}

const texts = new WeakMap<object, string>();

/**
 * The text of a message. A result that many subscriptions were given, as the same object, is turned into text once.
 */
export function frameOf(message: Message): string {
  if (message.type !== MessageType.Next) return JSON.stringify(message);
  let payload = texts.get(message.payload);
  if (payload === undefined) {
    payload = JSON.stringify(message.payload);
    texts.set(message.payload, payload);
  }
  return `{"id":${JSON.stringify(message.id)},"type":"next","payload":${payload}}`;
}
