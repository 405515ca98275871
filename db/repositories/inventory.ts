import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { InventoryRepository, StockKey, StockLevel } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { ids, recordSet } from './record-set.ts';

type LevelRow = StockLevel & { [column: string]: unknown };

const keyOf = (key: StockKey): string => `${key.warehouseId}/${key.productId}`;

/** Each key once, in the order in which everybody locks. */
function inLockOrder(keys: readonly StockKey[]): StockKey[] {
  const unique = new Map(keys.map((key) => [keyOf(key), { warehouseId: key.warehouseId, productId: key.productId }]));
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

export const inventoryRepository: InventoryRepository = {
  async lockLevels(tx, merchantId, keys) {
    const wanted = inLockOrder(keys);
    if (wanted.length === 0) return [];
    const db = unwrap(tx);
    const set = recordSet(wanted, '"warehouseId" uuid, "productId" uuid');
    await db.execute(sql`
      insert into inventory (merchant_id, warehouse_id, product_id)
      select ${merchantId}::uuid, r."warehouseId", r."productId" from ${set}
      where not exists (select from inventory i where i.merchant_id = ${merchantId}
        and i.warehouse_id = r."warehouseId" and i.product_id = r."productId")
      order by 2, 3 on conflict do nothing`);
    const rows = await db.execute<LevelRow>(sql`
      select i.warehouse_id as "warehouseId", i.product_id as "productId", i.on_hand as "onHand", i.allocated
      from inventory i
      where i.merchant_id = ${merchantId} and (i.warehouse_id, i.product_id) in (select r."warehouseId", r."productId" from ${set})
      order by i.warehouse_id, i.product_id for update of i`);
    return [...rows];
  },

  async levels(tx, merchantId, productIds) {
    if (productIds.length === 0) return [];
    const rows = await unwrap(tx).execute<LevelRow>(sql`
      select warehouse_id as "warehouseId", product_id as "productId", on_hand as "onHand", allocated
      from inventory where merchant_id = ${merchantId} and product_id = any(${ids(productIds)})
      order by warehouse_id, product_id`);
    return [...rows];
  },

  async move(tx, merchantId, movements, by, at) {
    if (movements.length === 0) return;
    await inventoryRepository.lockLevels(tx, merchantId, movements);
    const db = unwrap(tx);
    const rows = movements.map((movement) => ({ id: newId(), ...movement, note: movement.note ?? null }));
    const columns = `id uuid, "warehouseId" uuid, "productId" uuid, kind text, "onHandDelta" int, "allocatedDelta" int,
      "outboundOrderId" uuid, note text`;
    await db.execute(sql`
      update inventory i set on_hand = i.on_hand + r.on_hand, allocated = i.allocated + r.allocated,
        change_counter = i.change_counter + 1, updated_at = ${at.toISOString()}::timestamptz
      from (select "warehouseId", "productId", sum("onHandDelta")::int as on_hand, sum("allocatedDelta")::int as allocated
        from ${recordSet(rows, columns)} group by 1, 2) r
      where i.merchant_id = ${merchantId} and i.warehouse_id = r."warehouseId" and i.product_id = r."productId"`);
    await db.execute(sql`
      insert into inventory_ledger (id, merchant_id, warehouse_id, product_id, kind, on_hand_delta, allocated_delta,
        outbound_order_id, actor_name, via, note, at)
      select r.id, ${merchantId}::uuid, r."warehouseId", r."productId", r.kind, r."onHandDelta", r."allocatedDelta",
        r."outboundOrderId", ${by.name}, ${by.via}, r.note, ${at.toISOString()}::timestamptz
      from ${recordSet(rows, columns)}`);
  },
};
