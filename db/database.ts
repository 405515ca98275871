import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../core/ports/database.ts';
import type { Drizzle, DrizzleTx } from './client.ts';
import { DatabaseError, withoutParameters } from './errors.ts';

/** serialization_failure and deadlock_detected: nothing was written, and the same work may succeed now. */
const retryableCodes = new Set(['40001', '40P01']);
const maxAttempts = 5;
const firstPauseMs = 10;

const opened = new WeakMap<Tx, DrizzleTx>();

/** The `Database` port over drizzle. */
export function createDatabase(db: Drizzle): Database {
  return {
    async transaction(work, options) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await db.transaction(async (transaction) => {
            if (options?.isRepeatable === true) await transaction.execute(sql`set local synchronous_commit = off`);
            return work(wrap(transaction));
          });
        } catch (cause) {
          const error = withoutParameters(cause);
          const isRetryable = error instanceof DatabaseError && retryableCodes.has(error.code);
          if (!isRetryable || attempt === maxAttempts) throw error;
          // Doubled each time, with jitter, so that the two that met do not meet again.
          await sleep(firstPauseMs * 2 ** attempt * (0.5 + Math.random()));
        }
      }
    },
  };
}

/** The transaction that an opaque `Tx` stands for. Throws for a `Tx` that no `Database` of ours made. */
export function unwrap(tx: Tx): DrizzleTx {
  const transaction = opened.get(tx);
  if (transaction === undefined) throw new Error('This Tx was not opened by db/database.ts.');
  return transaction;
}

function wrap(transaction: DrizzleTx): Tx {
  // The brand exists for the type checker only; identity is what `unwrap` goes by.
  const tx = Object.freeze({}) as Tx;
  opened.set(tx, transaction);
  return tx;
}
