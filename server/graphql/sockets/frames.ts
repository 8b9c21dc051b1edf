import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
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

/** A result that was made as text. */
export class ResultText {
  constructor(readonly text: string) {}
}

const texts = new WeakMap<object, string>();

/** The text of a result. One that many subscriptions were given, as the same object, is turned into text once. */
export function textOf(result: ExecutionResult | FormattedExecutionResult | ResultText): string {
  if (result instanceof ResultText) return result.text;
  let text = texts.get(result);
  if (text === undefined) texts.set(result, (text = JSON.stringify(result)));
  return text;
}

/** What stands before the text of a result. Behind it stands `}`. */
export const nextHead = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

/** The text of a message. */
export function frameOf(message: Message): string {
  if (message.type !== MessageType.Next) return JSON.stringify(message);
  return `${nextHead(message.id)}${textOf(message.payload)}}`;
}
