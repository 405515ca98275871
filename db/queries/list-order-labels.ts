import { sql } from 'drizzle-orm';
import type { ListOrderLabels, OrderLabel } from '../../core/queries/list-order-labels.ts';
import type { Drizzle } from '../client.ts';
import { uuids } from './order-walk.ts';

export function createListOrderLabels(db: Drizzle): ListOrderLabels {
  return async ({ merchantIds, orderIds }) => {
    if (merchantIds.length === 0 || orderIds.length === 0) return [];
    return db.execute<OrderLabel & Record<string, unknown>>(sql`
      select o.id, o.platform_order_number as number, o.status, o.version, o.open_hold_count as "openHoldCount",
        o.open_exception_count as "openExceptionCount"
      from unnest(${uuids(orderIds)}) with ordinality as k(id, place)
      join orders o on o.merchant_id = any(${uuids(merchantIds)}) and o.id = k.id
      order by k.place`);
  };
}
