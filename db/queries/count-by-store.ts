import { sql } from 'drizzle-orm';
import type { CountByStore } from '../../core/queries/count-by-store.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';

/** Counts and what was not yet folded into them, in one statement and so at one moment. */
export function createCountByStore(db: Drizzle): CountByStore {
  return async ({ merchantIds }) => {
    if (merchantIds.length === 0) return [];
    const rows = await db.execute<{ store_id: string; held: string; excepted: string; ready: string }>(sql`
      select c.store_id,
        coalesce(sum(c.count) filter (where c.held), 0)::bigint as held,
        coalesce(sum(c.count) filter (where c.excepted), 0)::bigint as excepted,
        coalesce(sum(c.count) filter (where c.status = 'pending' and not c.held and not c.excepted), 0)::bigint as ready
      from (
        select store_id, status, held, excepted, count from order_counts where merchant_id = any(${uuids(merchantIds)})
        union all
        select store_id, status, held, excepted, delta from order_count_deltas where merchant_id = any(${uuids(merchantIds)})
      ) as c group by c.store_id`);
    return rows.map((row) => ({
      storeId: row.store_id,
      held: Number(row.held),
      excepted: Number(row.excepted),
      toDispatch: Number(row.ready),
    }));
  };
}
