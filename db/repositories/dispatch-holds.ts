import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { DispatchHoldRepository } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { openHold } from './open-hold.ts';
import { ids, recordSet } from './record-set.ts';

async function recount(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    update orders o set open_hold_count = c.count
    from (select o.id, (select count(*)::int from holds h
        where h.merchant_id = o.merchant_id and h.order_id = o.id and h.closed_at is null) as count
      from orders o where o.merchant_id = ${merchantId} and o.id = any(${ids(orderIds)}) order by o.id for update) c
    where o.merchant_id = ${merchantId} and o.id = c.id and o.open_hold_count <> c.count`);
}

export const dispatchHoldRepository: DispatchHoldRepository = {
  async close(tx, merchantId, holds, by, at) {
    if (holds.length === 0) return;
    const closed = await unwrap(tx).execute<{ orderId: string }>(sql`
      update holds h set closed_at = ${at.toISOString()}::timestamptz, closed_by = ${by.name}, closed_via = ${by.via},
        resolution = r.resolution
      from ${recordSet(holds, '"holdId" uuid, resolution text')}
      where h.merchant_id = ${merchantId} and h.id = r."holdId" and h.closed_at is null
      returning h.order_id as "orderId"`);
    await recount(
      tx,
      merchantId,
      closed.map((row) => row.orderId),
    );
  },

  async openShortages(tx, merchantId, shortages, by, at) {
    if (shortages.length === 0) return;
    const rows = shortages.map((short) => ({
      id: newId(),
      orderId: short.orderId,
      storeId: short.storeId,
      subject: short.sku,
      detail: {
        sku: short.sku,
        warehouse: short.warehouseCode,
        warehouseId: short.warehouseId,
        productId: short.productId,
        available: String(short.available),
        needed: String(short.needed),
      },
    }));
    await unwrap(tx).execute(sql`
      insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, detail, opened_at, opened_by)
      select r.id, ${merchantId}::uuid, r."storeId", r."orderId", 'stock_short', 'dispatch', r.subject, r.detail,
        ${at.toISOString()}::timestamptz, ${by}
      from ${recordSet(rows, 'id uuid, "orderId" uuid, "storeId" uuid, subject text, detail jsonb')}
      on conflict ${openHold} where closed_at is null do update set detail = excluded.detail`);
    await recount(
      tx,
      merchantId,
      shortages.map((short) => short.orderId),
    );
  },

  async closeShortages(tx, merchantId, keys, at) {
    if (keys.length === 0) return 0;
    // Orders are locked in id order first, as everywhere; holds of orders that somebody works on right now are left to
    // that work (skip locked): a hold too many is mended by the next dispatch, a deadlock is not.
    const closed = await unwrap(tx).execute<{ orderId: string }>(sql`
      with enough as (
        select h.id, h.order_id from holds h
        join inventory i on i.merchant_id = h.merchant_id and i.warehouse_id = (h.detail->>'warehouseId')::uuid
          and i.product_id = (h.detail->>'productId')::uuid
        join orders o on o.merchant_id = h.merchant_id and o.id = h.order_id
        where h.merchant_id = ${merchantId} and h.code = 'stock_short' and h.origin = 'dispatch' and h.closed_at is null
          and (i.warehouse_id, i.product_id) in (select r."warehouseId", r."productId"
            from ${recordSet(keys, '"warehouseId" uuid, "productId" uuid')})
          and i.on_hand - i.allocated >= (h.detail->>'needed')::int
        order by o.id for update of o skip locked)
      update holds h set closed_at = ${at.toISOString()}::timestamptz, closed_by = 'Holdfast', closed_via = 'system',
        resolution = 'stock_arrived'
      from enough where h.merchant_id = ${merchantId} and h.id = enough.id returning h.order_id as "orderId"`);
    await recount(
      tx,
      merchantId,
      closed.map((row) => row.orderId),
    );
    return closed.length;
  },

  async reopen(tx, merchantId, orderId, which) {
    await unwrap(tx).execute(sql`
      update holds h set closed_at = null, closed_by = null, closed_via = null, resolution = null
      where h.merchant_id = ${merchantId} and h.order_id = ${orderId} and h.resolution = ${which.resolution}
        and h.closed_at = ${which.closedAt.toISOString()}::timestamptz
        and h.code = any(${sql.param(which.codes)}::text[])
        and not exists (select from holds other where other.order_id = h.order_id and other.code = h.code
          and other.subject = h.subject and other.closed_at is null)`);
    await recount(tx, merchantId, [orderId]);
  },
};
