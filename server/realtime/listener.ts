import PgPubsub from '@graphile/pg-pubsub';
import { Pool, type PoolClient } from 'pg';
import { codeOf } from '../faults';
import type { Logger } from '../log';

/** Hears what the database calls out after a commit. It carries nothing but "look": what happened stands in the log. */
export interface Listener {
  /** Whether there is a connection that hears. */
  isListening(): boolean;
  stop(): Promise<void>;
}

const CHANNEL = 'realtime';
const RETRY_MS = 200;
/** The library asks `select 1` now and then: one that stays unanswered shows that the other side is gone. */
const ANSWER_MS = 5_000;

interface PubSub {
  subscribe(channel: string, heard: () => void): Promise<number>;
}

/**
 * One connection that listens, made again at once when it dies. `heard` is also called when it is back: nobody
 * knows what was called out in between.
 */
export function startListener(options: {
  url: string;
  connectTimeoutMs: number;
  heard(): void;
  log: Logger;
}): Listener {
  const pool = new ListenPool(options);
  const plugin = PgPubsub['postgraphile:options'];
  if (!plugin) throw new Error('@graphile/pg-pubsub has changed: it gives no options');
  const { graphileBuildOptions } = plugin({}, { pgPool: pool as unknown as Pool }) as {
    graphileBuildOptions: { pubsub: PubSub };
  };
  void graphileBuildOptions.pubsub.subscribe(CHANNEL, options.heard);
  return {
    isListening: () => pool.isConnected(),
    stop: () => pool.close(),
  };
}

/**
 * The library listens on a connection of a pool and makes a new one when the pool says that it removed it. pg's
 * pool does so only when the connection is given back, which nobody would do for one that died; and the library
 * waits the longer the more often connecting failed, up to half a minute. So here a connection that dies gives
 * itself back, and connecting goes on until it works.
 */
class ListenPool extends Pool {
  private listening: PoolClient | undefined;
  private isConnecting = false;
  private readonly dead = new WeakSet<PoolClient>();
  private readonly retries = new Set<() => void>();

  constructor(private readonly given: Parameters<typeof startListener>[0]) {
    super({
      connectionString: given.url,
      max: 1,
      connectionTimeoutMillis: given.connectTimeoutMs,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: 'reigh-gateway listener',
    });
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => this.dead.add(client)));
  }

  isConnected(): boolean {
    return this.listening !== undefined;
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: never): void;
  override async connect(): Promise<PoolClient> {
    // A connection that dies under its LISTEN makes the library begin anew twice.
    if (this.isConnecting || this.listening) return never();
    this.isConnecting = true;
    try {
      for (let failures = 0; ; failures++) {
        try {
          return this.watch(await super.connect());
        } catch (error) {
          if (this.ending) return await never();
          const { message } = error as Error;
          if (failures === 0)
            this.given.log.warn({ reason: message, code: codeOf(error) }, 'cannot listen to the database');
          await this.pause();
        }
      }
    } finally {
      this.isConnecting = false;
    }
  }

  private watch(client: PoolClient): PoolClient {
    // Between its login and now.
    if (this.dead.has(client)) {
      client.release(true);
      throw new Error('the connection died at once');
    }
    this.listening = client;
    const giveBack = client.release.bind(client);
    let isGivenBack = false;
    // More than one may find out that it died, and giving back twice is a fault.
    client.release = (reason) => {
      if (isGivenBack) return;
      isGivenBack = true;
      if (this.listening === client) this.listening = undefined;
      giveBack(reason ?? true);
    };
    client.on('error', () => client.release(true));
    client.on('end', () => client.release(true));
    // Behind the LISTEN that the library sends at once: from then on it hears, and what was called out before is lost.
    setImmediate(() => void client.query('select').then(this.given.heard, () => undefined));
    return client;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, RETRY_MS);
      const { retries } = this;
      retries.add(done);
      function done() {
        clearTimeout(timer);
        retries.delete(done);
        resolve();
      }
    });
  }

  async close(): Promise<void> {
    const ended = this.end();
    for (const retry of this.retries) retry();
    this.listening?.release(true);
    await ended;
  }
}

/** Not one promise for all: whoever waits for it would be remembered by it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
