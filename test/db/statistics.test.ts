import { sql as statement } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingestPage } from '../../core/commands/ingest-page.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../../db/database.ts';
import { createJobs } from '../../db/jobs.ts';
import { createIntakeRepositories } from '../../db/repositories/intake.ts';
import { testDatabase } from '../support/database.ts';
import { anOrder } from '../support/orders.ts';
import { insertStore, type TestStore } from '../support/rows.ts';

const { database, sql } = await testDatabase();
let store: TestStore;

const ports = {
  database,
  clock: systemClock,
  jobs: createJobs(),
  intake: createIntakeRepositories(),
  followPlatformChanges: async () => {},
};

async function takePage(size: number): Promise<void> {
  const orders = Array.from({ length: size }, () => ({ ok: true, order: anOrder(), raw: '{}' }) as const);
  await ingestPage(ports, { merchantId: store.merchantId, storeId: store.storeId, runId: null, page: { orders } });
}

/** How many times the tables' statistics were taken by a statement of ours. */
async function analyzed(): Promise<Map<string, number>> {
  await sql`select pg_stat_force_next_flush()`;
  const rows = await sql<{ relname: string; count: number }[]>`
    select relname, analyze_count::int as count from pg_stat_user_tables where relname in ('orders', 'order_lines')`;
  return new Map(rows.map((row) => [row.relname, row.count]));
}

describe('tables that grow from nothing', () => {
  beforeAll(async () => {
    store = await insertStore(sql);
  });

  it('are looked at with their first page, so that keys are not checked by the plan of an empty table', async () => {
    await takePage(100);
    const [orders] = await sql<{ tuples: number }[]>`
      select reltuples::int as tuples from pg_class where oid = 'orders'::regclass`;
    expect(orders?.tuples).toBe(100);
  });

  it('are left alone until they are ten times as large', async () => {
    const before = await analyzed();
    await takePage(100);
    expect(await analyzed()).toEqual(before);
  });
});

describe('a store that is new since the tables were looked at', () => {
  // Below some ten thousand rows reading the whole table once is the cheaper plan, and a fair one.
  const size = 8_000;

  it('is synced without reading all of its orders for every page', async () => {
    await sql`alter table orders set (autovacuum_enabled = false)`;
    await takePage(size);
    await sql`analyze orders`;
    store = await insertStore(sql, 'Newcomer');
    await takePage(size);
    const rows = await sql<{ platform_order_id: string }[]>`
      select platform_order_id from orders where store_id = ${store.storeId} limit 100`;
    const ids = rows.map((row) => row.platform_order_id);

    const { known, read } = await database.transaction(async (tx) => ({
      known: await ports.intake.orders.findKnown(tx, store.merchantId, store.storeId, ids),
      read: await rowsRead(tx),
    }));
    expect(known.map((row) => row.platformOrderId).sort()).toEqual([...ids].sort());
    // By index and from the table.
    expect(read).toBeLessThanOrEqual(2 * ids.length);
  });
});

/** Rows of `orders` that this transaction has looked at. */
async function rowsRead(tx: Tx): Promise<number> {
  const [row] = await unwrap(tx).execute<{ read: number }>(statement`
    select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'orders'`);
  return row?.read ?? Number.NaN;
}
