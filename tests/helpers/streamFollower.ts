import type { Socket } from 'node:net';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorizationOf, type Actor } from './actors';
import { smallOf, type Received } from './streamModel';

export type StreamField =
  | 'projectChanges'
  | 'taskChanges'
  | 'generationChanges'
  | 'generationVariantChanges'
  | 'shotGenerationChanges';

const SMALL = '{ status location thumbnailUrl starred isPrimary timelineFrame position }';
const CHANGE = `operation table id after ${SMALL} originClientId`;

/** What to ask for: the facts alone, or with the rows, which are read from the tables. */
export function documentOf(field: StreamField, rows = ''): string {
  const wanted = `${CHANGE} ${rows}`;
  return `subscription ($projectId: UUID!, $after: String) {
    item: ${field}(projectId: $projectId, after: $after) {
      kind cursor ${field === 'projectChanges' ? `changes { ${wanted} }` : wanted}
    }
  }`;
}

interface ToldChange {
  operation: string;
  table: string;
  id: string;
  after: Record<string, unknown> | null;
  originClientId: string | null;
}

export interface ToldItem extends Partial<ToldChange> {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
  changes?: ToldChange[];
}

export interface FollowerOptions {
  /** Of the gateway, `http://…`. */
  url: string;
  actor: Actor;
  projectId: string;
  field?: StreamField;
  rows?: string;
  after?: string;
  /** Is called for each item after it was taken in. */
  onItem?(follower: Follower, item: ToldItem): void;
}

/** Between two attempts to connect, as any client waits. */
const RETRY_MS = 20;
const PATIENCE_MS = 45_000;

/**
 * A client that follows a project as the documentation says: it goes on from its last cursor on a new socket
 * whenever the old one breaks. It takes in what it got before it was cut, and nothing after.
 */
export class Follower {
  readonly received: Received[] = [];
  /** The place behind each item, and how many changes were taken in by then. */
  readonly places: { cursor: string; behind: number }[] = [];
  readonly kinds: ToldItem['kind'][] = [];
  readonly errors: string[] = [];
  connections = 0;
  private readonly origins = new Map<string, number>();
  cursor: string | undefined;
  private client: Client | undefined;
  private socket: WebSocket | undefined;
  private attempt = 0;
  private isAway = false;
  private isStopped = false;
  private readonly watchers = new Set<() => void>();
  private running: Promise<void> | undefined;

  constructor(readonly options: FollowerOptions) {
    this.cursor = options.after;
  }

  open(): this {
    this.running = this.run();
    return this;
  }

  /** Connects, and resolves at READY. */
  async start(): Promise<this> {
    this.open();
    await this.until(() => this.kinds.includes('READY'), 'READY');
    return this;
  }

  /** The socket breaks, as a network does it: without a word. */
  cut(): void {
    this.attempt++;
    this.socket?.terminate();
    disposeOf(this.client);
    this.notify();
  }

  /** Cut, and not connected again until `comeBack`. */
  leave(): void {
    this.isAway = true;
    this.cut();
  }

  async comeBack(url = this.options.url): Promise<void> {
    this.options.url = url;
    this.isAway = false;
    const before = this.kinds.length;
    this.notify();
    await this.until(() => this.kinds.slice(before).includes('READY'), 'READY after it came back');
  }

  /** From now on it connects there. */
  moveTo(url: string): void {
    this.options.url = url;
    this.cut();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.cut();
    await this.running;
  }

  /** The TCP socket of the connection there is. */
  tcp() {
    return (this.socket as unknown as { _socket: Socket })._socket;
  }

  /** Changes of this origin that it got. */
  countOf(origin: string): number {
    return this.origins.get(origin) ?? 0;
  }

  until(condition: () => boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watchers.delete(look);
        reject(
          new Error(`${this.options.field ?? 'projectChanges'} waited in vain for ${what}: ${this.state()}`),
        );
      }, patienceMs);
      const look = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  private state(): string {
    const { connections, kinds, received, errors } = this;
    return `${connections} connections, ${kinds.length} items, ${received.length} changes, ${errors.slice(-3).join('; ')}`;
  }

  private notify(): void {
    for (const watch of [...this.watchers]) watch();
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      if (this.isAway)
        await this.until(() => !this.isAway || this.isStopped, 'leave to come back').catch(() => undefined);
      else await this.connect();
      if (!this.isStopped && !this.isAway) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private async connect(): Promise<void> {
    const attempt = ++this.attempt;
    const isCurrent = () => attempt === this.attempt;
    const authorization = await authorizationOf(this.options.actor);
    if (!isCurrent() || this.isStopped) return;
    const { url, projectId, field = 'projectChanges', rows } = this.options;
    const client = (this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization },
      on: {
        opened: (socket) => {
          this.socket = socket as WebSocket;
          if (isCurrent()) this.connections++;
          else this.socket.terminate();
        },
      },
    }));
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!isCurrent()) done();
      };
      const done = () => {
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      client.subscribe<{ item: ToldItem | null }>(
        { query: documentOf(field, rows), variables: { projectId, after: this.cursor } },
        {
          next: ({ data, errors }) => {
            if (!isCurrent()) return;
            if (errors) this.errors.push(JSON.stringify(errors));
            if (data?.item) this.take(data.item);
            this.notify();
          },
          error: (error) => {
            if (isCurrent()) this.errors.push(JSON.stringify(error) || String(error));
            done();
            this.notify();
          },
          complete: done,
        },
      );
    });
    disposeOf(client);
  }

  private take(item: ToldItem): void {
    const changes = item.changes ?? (item.kind === 'CHANGE' ? [item as ToldChange] : []);
    for (const { operation, table, id, after, originClientId } of changes) {
      this.origins.set(originClientId ?? '', this.countOf(originClientId ?? '') + 1);
      this.received.push({
        origin: originClientId ?? '',
        change: `${operation} ${table} ${id} ${smallOf(after)}`,
      });
    }
    this.cursor = item.cursor;
    this.kinds.push(item.kind);
    this.places.push({ cursor: item.cursor, behind: this.received.length });
    this.options.onItem?.(this, item);
  }
}

/** One that was cut while it connected says so once more here. */
function disposeOf(client: Client | undefined): void {
  void Promise.resolve(client?.dispose()).catch(() => undefined);
}
