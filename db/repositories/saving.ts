import { type SQL, sql } from 'drizzle-orm';
import type { Saved } from '../../core/ports/catalog.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { DrizzleTx } from '../client.ts';
import { unwrap } from '../database.ts';
import { isDuplicate } from '../errors.ts';

/**
 * Runs a write in a savepoint, so that a unique key that somebody else took a moment ago is an answer and not the end
 * of the transaction.
 */
export async function saving(tx: Tx, write: (savepoint: DrizzleTx) => Promise<unknown>): Promise<Saved> {
  try {
    await unwrap(tx).transaction(write);
    return 'saved';
  } catch (error) {
    if (isDuplicate(error)) return 'taken';
    throw error;
  }
}

/** Postgres arrays in raw SQL: drizzle would spread a plain array over several parameters. */
export const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;
export const uuidArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::uuid[]`;
