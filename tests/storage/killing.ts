import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Chance } from '../helpers/fuzz/chance';

/** What an object has to hold, by its name: how it was said to be changed last. */
export type Contents = Map<string, string>;

/** One who stores, replaces, moves, copies and removes objects of his own, one after the other. */
export interface Writer {
  folder: string;
  /** By all that was answered. */
  sure: Contents;
  /** If what is under way has been done as well. */
  maybe: Contents;
  doing: string;
}

export interface Route {
  /** Of the gateway that runs now. */
  url(): string;
  authorization: string;
  bucket: string;
  /** Something has happened: a request has begun or ended, or some of a body was sent. */
  notice(): void;
}

const NAMES = ['a', 'b', 'c', 'd'];
const SIZES = [0, 1_000, 60_000, 300_000, 1_000_000];
const CHUNK = 32_768;

export const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** Begins like nothing that is known: bytes at random are a piece of music now and then. */
const makeContent = (size: number) => Buffer.concat([Buffer.alloc(Math.min(size, 16)), randomBytes(size)]);
const isSameAs = (one: Contents, other: Contents) =>
  one.size === other.size && [...one].every(([name, sum]) => other.get(name) === sum);
export const isExplained = ({ sure, maybe }: Writer, found: Contents) =>
  isSameAs(found, sure) || isSameAs(found, maybe);

/** One thing more, whatever fits. @throws when the gateway is gone before it has answered */
export async function writeOn(writer: Writer, chance: Chance, route: Route): Promise<void> {
  const { sure, folder } = writer;
  const there = NAMES.filter((name) => sure.has(name));
  const free = NAMES.filter((name) => !sure.has(name));
  const after = new Map(sure);
  const place = (name: string) => `${folder}/${name}`;
  const act = chance.pick(['replace', 'replace', 'move', 'copy', 'remove']);
  const from = there.length > 0 ? chance.pick(there) : undefined;
  const to = free.length > 0 ? chance.pick(free) : undefined;
  let answered: Promise<Response>;
  if (from !== undefined && act === 'remove') {
    after.delete(from);
    answered = ask('DELETE', `object/${route.bucket}/${place(from)}`);
  } else if (from !== undefined && to !== undefined && act !== 'replace') {
    after.set(to, sure.get(from)!);
    if (act === 'move') after.delete(from);
    const body = { bucketId: route.bucket, sourceKey: place(from), destinationKey: place(to) };
    answered = ask('POST', `object/${act}`, JSON.stringify(body), 'application/json');
  } else {
    const [name, bytes] = [chance.pick(NAMES), makeContent(chance.pick(SIZES))];
    after.set(name, sumOf(bytes));
    answered = ask(
      'PUT',
      `object/${route.bucket}/${place(name)}`,
      inChunks(bytes),
      'application/octet-stream',
    );
  }
  writer.maybe = after;
  writer.doing = act;
  const response = await answered;
  const told = await response.text();
  route.notice();
  if (!response.ok) throw new Error(`${act} was answered ${response.status} ${told}`);
  writer.sure = after;

  function ask(method: string, address: string, body?: BodyInit, type = 'text/plain'): Promise<Response> {
    route.notice();
    const headers = { authorization: route.authorization, 'content-type': type };
    return fetch(`${route.url()}/storage/v1/${address}`, {
      ...{ method, headers, body: body ?? null },
      duplex: 'half',
    } as RequestInit);
  }

  function inChunks(bytes: Buffer): BodyInit {
    let at = 0;
    return new ReadableStream<Uint8Array>({
      pull: (stream) => {
        route.notice();
        if (at >= bytes.length) return stream.close();
        stream.enqueue(bytes.subarray(at, (at += CHUNK)));
      },
    });
  }
}

/** All files below a folder, the half-finished ones too, by their names. */
export async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => path.basename(name));
}
