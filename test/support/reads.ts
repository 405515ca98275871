import { sql } from 'drizzle-orm';
import type { DrizzleTx } from '../../db/client.ts';

export interface TableReads {
  /** Times that the whole table was read. */
  readonly scans: number;
  /** Rows looked at, by whatever way. */
  readonly rows: number;
}

/** What `work`, all of it in this transaction, reads of each table, in the order given. */
export async function readsOf(
  tx: DrizzleTx,
  tables: readonly string[],
  work: () => Promise<unknown>,
): Promise<TableReads[]> {
  // What parallel workers read is counted for nobody.
  await tx.execute(sql`set local max_parallel_workers_per_gather = 0`);
  const counted = async () => {
    const rows = await tx.execute<{ relname: string; scans: number; rows: number }>(sql`
      select relname, seq_scan::int as scans, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows
      from pg_stat_xact_user_tables where relname = any(${sql.param([...tables])}::text[])`);
    return new Map(rows.map((row) => [row.relname, row]));
  };
  const before = await counted();
  await work();
  const after = await counted();
  return tables.map((table) => ({
    scans: (after.get(table)?.scans ?? 0) - (before.get(table)?.scans ?? 0),
    rows: (after.get(table)?.rows ?? 0) - (before.get(table)?.rows ?? 0),
  }));
}
