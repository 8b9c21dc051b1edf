import { Client } from 'pg';
import { changeScope } from '../../server/auth/scope';
import { claimsFor, type Actor } from './actors';
import type { Doings, Ledger, Written } from './streamLedger';
import { smallOf } from './streamModel';

/**
 * Lets each writer see what it does, row by row, in its own session: a trigger of the test tells it in a notice,
 * what other triggers do included. Nothing of it passes through the change log.
 */
export const TELL_WRITERS = `
  create schema stream_test;
  grant usage on schema stream_test to authenticated, service_role;
  -- Says after a lost connection whether the transaction was committed.
  create table stream_test.markers (origin text primary key);
  grant insert on stream_test.markers to authenticated, service_role;
  create function stream_test.tell() returns trigger language plpgsql as $$
  begin
    raise notice 'row %', jsonb_build_object('table', upper(tg_table_name), 'operation', tg_op,
      'old', case when tg_op <> 'INSERT' then to_jsonb(old) end, 'new', case when tg_op <> 'DELETE' then to_jsonb(new) end);
    return null;
  end $$;
  ${['generations', 'generation_variants', 'shot_generations', 'tasks']
    .map(
      (table) => `create trigger _000_tell after insert or update or delete on public.${table}
        for each row execute function stream_test.tell();`,
    )
    .join('\n')}`;

interface ToldRow {
  table: string;
  operation: string;
  old: Record<string, unknown> | null;
  new: Record<string, unknown> | null;
}

/** No news by itself. */
const IGNORED = ['updated_at'];

function isNews({ operation, old, new: now }: ToldRow): boolean {
  if (operation !== 'UPDATE') return true;
  return Object.keys(now!).some(
    (name) => !IGNORED.includes(name) && JSON.stringify(now![name]) !== JSON.stringify(old![name]),
  );
}

/** The transaction that a session is in. */
export interface Transaction {
  readonly origin: string;
  write(sql: string, values?: unknown[]): Promise<void>;
  /** What `work` does is undone, and the transaction goes on. */
  undone(work: () => Promise<void>): Promise<void>;
}

const isLost = (error: unknown) => !/^(22|23|25|40|42|P0|RG)/.test((error as { code?: string }).code ?? '');

/** One connection that writes as somebody, and knows what it wrote. It connects again when it was cut. */
export class Session {
  private client: Client | undefined;
  private told: ToldRow[] = [];

  constructor(
    private readonly url: string,
    readonly name: string,
    readonly actor: Actor,
    private readonly ledger: Ledger,
  ) {}

  /** @param ending how it ends; a transaction that failed is rolled back in any case */
  async transaction(
    work: (transaction: Transaction) => Promise<void>,
    ending: 'commit' | 'rollback' = 'commit',
  ) {
    const { ledger } = this;
    const client = await this.connected();
    const written: Written = {
      origin: ledger.nextOrigin(this.name),
      projects: new Map(),
      committedAt: Infinity,
      outcome: 'rolled back',
    };
    const send = async (sql: string, values?: unknown[]) => {
      const sentAt = ledger.clock.tick();
      this.told = [];
      await client.query(sql, values);
      for (const row of this.told.filter(isNews)) note(written, row, sentAt);
    };
    try {
      await client.query('begin');
      await changeScope(client, {
        ...{ claims: claimsFor(this.actor), requestId: 'test', clientId: written.origin },
        ...{ readOnly: false, statementTimeoutMs: 60_000 },
      });
      await client.query('insert into stream_test.markers values ($1)', [written.origin]);
      await work({
        origin: written.origin,
        write: async (sql, values) => {
          await send(sql, values);
          ledger.statements++;
        },
        undone: async (undoing) => {
          const before = copyOf(written.projects);
          await client.query('savepoint s');
          await undoing();
          await client.query('rollback to savepoint s');
          written.projects = before;
        },
      });
      if (ending === 'commit') {
        // Until its answer is here, nobody knows.
        written.outcome = 'unknown';
        await send('commit');
        written.outcome = 'committed';
        written.committedAt = ledger.clock.tick();
      } else await client.query('rollback');
    } catch (error) {
      if (!isLost(error)) throw error;
      await this.drop();
    }
    ledger.add(written);
    return written;
  }

  async end(): Promise<void> {
    await this.drop();
  }

  private async connected(): Promise<Client> {
    for (;;) {
      if (this.client) return this.client;
      const client = new Client({
        connectionString: this.url,
        connectionTimeoutMillis: 2_000,
        application_name: 'writer',
      });
      client.on('error', () => undefined);
      client.on('notice', ({ message = '' }) => {
        if (message.startsWith('row ')) this.told.push(JSON.parse(message.slice(4)) as ToldRow);
      });
      try {
        await client.connect();
        this.client = client;
      } catch {
        await client.end().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private async drop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}

function note({ projects }: Written, row: ToldRow, sentAt: number): void {
  const { id, project_id } = (row.new ?? row.old) as { id: string; project_id: string };
  let doings = projects.get(project_id);
  if (!doings) projects.set(project_id, (doings = { changes: [], lastWriteAt: 0 }));
  doings.changes.push(`${row.operation} ${row.table} ${id} ${smallOf(row.new)}`);
  doings.lastWriteAt = sentAt;
}

function copyOf(projects: Map<string, Doings>): Map<string, Doings> {
  return new Map(
    [...projects].map(([id, { changes, lastWriteAt }]) => [id, { changes: [...changes], lastWriteAt }]),
  );
}
