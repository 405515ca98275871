import { type SQL, sql } from 'drizzle-orm';
import { type OrderKind, type OrderStatus, orderStatuses } from '../../core/order/types.ts';
import type { CountOrders, OrderCounts } from '../../core/queries/order-counts.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';

type RawCount = { kind: OrderKind; status: OrderStatus; held: boolean; excepted: boolean; count: string };

/** Counts and what was not yet folded into them, in one statement and so at one moment. */
export const readCounts = (db: Drizzle, merchantIds: readonly string[], more: SQL = sql``): Promise<RawCount[]> =>
  db.execute<RawCount>(sql`
    select c.kind, c.status, c.held, c.excepted, sum(c.count)::bigint as count from (
      select kind, status, held, excepted, store_id, count from order_counts
      where merchant_id = any(${uuids(merchantIds)})
      union all
      select kind, status, held, excepted, store_id, delta from order_count_deltas
      where merchant_id = any(${uuids(merchantIds)})
    ) as c where true ${more} group by 1, 2, 3, 4`);

export function createCountOrders(db: Drizzle): CountOrders {
  return async ({ merchantIds, kind, storeIds }) => {
    const ofStores = storeIds === undefined ? sql`` : sql`and c.store_id = any(${uuids(storeIds)})`;
    const rows = await readCounts(db, merchantIds, sql`and c.kind = ${kind} ${ofStores}`);
    return toCounts(rows);
  };
}

function toCounts(rows: readonly RawCount[]): OrderCounts {
  const sum = (test: (row: RawCount) => boolean): number =>
    rows.reduce((total, row) => (test(row) ? total + Number(row.count) : total), 0);
  return {
    total: sum(() => true),
    byStatus: statusCounts((status) => sum((row) => row.status === status)),
    held: sum((row) => row.held),
    excepted: sum((row) => row.excepted),
    somebody: sum((row) => row.held || row.excepted),
  };
}

function statusCounts(count: (status: OrderStatus) => number): Record<OrderStatus, number> {
  const counts: Record<OrderStatus, number> = {
    pending: 0,
    acknowledged: 0,
    processing: 0,
    partially_shipped: 0,
    shipped: 0,
    completed: 0,
    manual_completed: 0,
    cancelled: 0,
  };
  for (const status of orderStatuses) counts[status] = count(status);
  return counts;
}
