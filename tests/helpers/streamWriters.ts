import { alice, service } from './actors';
import type { Ledger } from './streamLedger';
import { Session, type Transaction } from './streamSession';
import { ANY, SHORT, type Corner } from './streamStatements';

/** Numbers from 0 to 1 that a seed repeats. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface WorkloadOptions {
  url: string;
  /** Of each session, its corner in each project. */
  corners: Corner[][];
  /** Statements that write, of all sessions. */
  writes: number;
  seed: number;
}

/**
 * Sessions that write until they have written so much together: small transactions and large ones, over one project
 * or two, some rolled back, some in part, some held open across a hundred commits of others.
 */
export function startWorkload(ledger: Ledger, { url, corners, writes, seed }: WorkloadOptions) {
  let holding = 0;
  let active = corners.length;
  const begun = ledger.statements;
  let isStopped = false;
  const isOver = () => isStopped || ledger.statements - begun >= writes;
  const work = corners.map(async (own, index) => {
    // The last four write as the user, in short transactions only: they wait for each other.
    const isUser = index >= corners.length / 2;
    const session = new Session(url, `s${index}`, isUser ? alice : service, ledger);
    const random = randomOf(seed * 100 + index);
    const upTo = (most: number) => Math.floor(random() * most);
    const kinds = Object.values(isUser ? ANY : { ...ANY, ...SHORT });
    const lasting = Object.values(ANY);
    const pick = <T>(list: T[]) => list[upTo(list.length)]!;
    const usable = isUser ? kinds.slice(1) : kinds;
    while (!isOver()) {
      const n = upTo(1_000_000);
      const corner = pick(own);
      const write = (transaction: Transaction, kind = pick(usable), where = corner) =>
        transaction.write(...kind(where, session.name, upTo(1_000_000)));
      const dice = n % 100;
      if (dice < 8 && !isUser && holding < 3) {
        const since = ledger.commits;
        holding++;
        await session.transaction(async (transaction) => {
          await write(transaction, pick(lasting));
          await write(transaction, pick(lasting));
          // All who are left may be holding.
          await ledger.until(() => ledger.commits - since >= 10 + upTo(90) || active <= holding || isOver());
          if (dice < 4) await write(transaction, pick(lasting));
        });
        holding--;
      } else if (dice < 20) {
        await session.transaction(async (transaction) => {
          await write(transaction);
          await write(transaction);
        }, 'rollback');
      } else if (dice < 30) {
        await session.transaction(async (transaction) => {
          await write(transaction);
          await transaction.undone(async () => {
            await write(transaction);
            await write(transaction);
          });
          if (dice < 25) await write(transaction);
        });
      } else if (dice < 45) {
        await session.transaction(async (transaction) => {
          for (let left = 2 + upTo(4); left > 0; left--) await write(transaction, pick(usable), pick(own));
        });
      } else await session.transaction((transaction) => write(transaction));
    }
    active--;
    ledger.emit('step');
    await session.end();
  });
  return {
    done: Promise.all(work).then(() => undefined),
    statements: () => ledger.statements - begun,
    stop: async () => {
      isStopped = true;
      ledger.emit('step');
      await Promise.allSettled(work);
    },
  };
}
