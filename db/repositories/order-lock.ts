import { sql } from 'drizzle-orm';
import type { LastDeed, OutboundLineState, OutboundState, OutboundStatus } from '../../core/order/order-state.ts';
import type { OrderStatus } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { AcknowledgedStock, LastMove, LockedOrder, OrderLockRepository } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { moment, momentOrNull } from '../queries/rows.ts';
import { ids, recordSet } from './record-set.ts';

type OrderRow = {
  [K in 'syncedUntil' | 'touchedAt' | 'acknowledgedAt' | 'dispatchedAt' | 'shippedAt' | 'completedAt' | 'cancelledAt']:
    | string
    | null;
} & Omit<
  LockedOrder,
  | 'lines'
  | 'openHolds'
  | 'outbound'
  | 'writebacks'
  | 'lastDeed'
  | 'syncedUntil'
  | 'touchedAt'
  | 'acknowledgedAt'
  | 'dispatchedAt'
  | 'shippedAt'
  | 'completedAt'
  | 'cancelledAt'
> & { [column: string]: unknown };

async function load(
  tx: Tx,
  merchantId: string,
  orderIds: readonly string[],
  forUpdate: boolean,
): Promise<LockedOrder[]> {
  if (orderIds.length === 0) return [];
  const db = unwrap(tx);
  const lockClause = forUpdate ? sql`for update of o` : sql``;
  const orders = await db.execute<OrderRow>(sql`
    select o.id, o.merchant_id as "merchantId", o.store_id as "storeId", s.name as "storeName", s.platform,
      s.authorization_id as "authorizationId", m.timezone, o.kind, o.status, o.version,
      o.platform_order_id as "platformOrderId", o.platform_order_number as "number", o.platform_state as "platformState",
      o.currency, o.cod_amount as "codAmount", o.total_amount as "totalAmount", o.payment_method as "paymentMethod",
      o.payment_record as "paymentRecord", pc.class as "paymentClass", s.settings as "storeSettings",
      sc.match_by as "matchBy", s.synced_until as "syncedUntil", s.freshness_seconds as "freshnessSeconds",
      o.warehouse_id as "warehouseId", o.shipping_channel_id as "shippingChannelId", o.touched_at as "touchedAt",
      o.acknowledged_at as "acknowledgedAt", o.dispatched_at as "dispatchedAt", o.shipped_at as "shippedAt",
      o.completed_at as "completedAt", o.cancelled_at as "cancelledAt",
      exists (select from shipments sh where sh.merchant_id = o.merchant_id and sh.order_id = o.id
        and sh.outbound_order_id is null) as "wasShippedByHand"
    from orders o
    join merchants m on m.id = o.merchant_id
    join stores s on s.merchant_id = o.merchant_id and s.id = o.store_id
    join sales_channels sc on sc.merchant_id = s.merchant_id and sc.id = s.sales_channel_id
    left join payment_classifications pc on pc.merchant_id = o.merchant_id and pc.store_id = o.store_id
      and pc.payment_method = coalesce(btrim(o.payment_method), '')
    where o.merchant_id = ${merchantId} and o.id = any(${ids(orderIds)})
    order by o.id ${lockClause}`);
  if (orders.length === 0) return [];
  const found = ids(orders.map((order) => order.id));
  const lines = await db.execute<LockedOrder['lines'][number] & { orderId: string; [column: string]: unknown }>(sql`
    select order_id as "orderId", id, platform_line_id as "platformLineId", name, sku,
      platform_product_id as "platformProductId", barcode, quantity, quantity_cancelled as "quantityCancelled",
      quantity_shipped as "quantityShipped", platform_quantity_shipped as "platformQuantityShipped",
      quantity_accepted as "quantityAccepted", requires_shipping as "requiresShipping",
      removed_at is not null as "isRemoved"
    from order_lines where merchant_id = ${merchantId} and order_id = any(${found}) order by order_id, position`);
  const holds = await db.execute<LockedOrder['openHolds'][number] & { orderId: string; [column: string]: unknown }>(sql`
    select order_id as "orderId", id, code, origin, subject, detail from holds
    where merchant_id = ${merchantId} and order_id = any(${found}) and closed_at is null order by opened_at, id`);
  const writebacks = await db.execute<
    LockedOrder['writebacks'][number] & { orderId: string; [column: string]: unknown }
  >(sql`
    select w.order_id as "orderId", w.id, w.kind, w.state, w.shipment_id as "shipmentId", w.attempts,
      exists (select from order_exceptions e where e.merchant_id = w.merchant_id and e.order_id = w.order_id
        and e.code = 'writeback_unconfirmed' and e.subject = w.id::text and e.closed_at is null) as "isUnconfirmed"
    from writebacks w where w.merchant_id = ${merchantId} and w.order_id = any(${found}) order by w.id`);
  const outbound = await loadOutbound(
    tx,
    merchantId,
    orders.map((order) => order.id),
  );
  const byOrder = {
    lines: Map.groupBy(lines, (line) => line.orderId),
    holds: Map.groupBy(holds, (hold) => hold.orderId),
    writebacks: Map.groupBy(writebacks, (writeback) => writeback.orderId),
  };
  return orders.map((order) => ({
    ...order,
    syncedUntil: momentOrNull(order.syncedUntil),
    touchedAt: momentOrNull(order.touchedAt),
    acknowledgedAt: momentOrNull(order.acknowledgedAt),
    dispatchedAt: momentOrNull(order.dispatchedAt),
    shippedAt: momentOrNull(order.shippedAt),
    completedAt: momentOrNull(order.completedAt),
    cancelledAt: momentOrNull(order.cancelledAt),
    lines: byOrder.lines.get(order.id) ?? [],
    openHolds: byOrder.holds.get(order.id) ?? [],
    writebacks: byOrder.writebacks.get(order.id) ?? [],
    outbound: outbound.get(order.id) ?? [],
    lastDeed: null,
  }));
}

async function loadOutbound(
  tx: Tx,
  merchantId: string,
  orderIds: readonly string[],
): Promise<Map<string, OutboundState[]>> {
  const rows = await unwrap(tx).execute<{
    id: string;
    orderId: string;
    number: string;
    status: OutboundStatus;
    recall: OutboundState['recall'];
    warehouseId: string;
    shippingChannelId: string;
    exceptionReason: string | null;
    version: number;
    createdBy: string;
    createdByPersonId: string | null;
    createdAt: string;
    lines: OutboundLineState[];
  }>(sql`
    select o.id, o.order_id as "orderId", o.number, o.status, o.recall, o.warehouse_id as "warehouseId",
      o.shipping_channel_id as "shippingChannelId", o.exception_reason as "exceptionReason", o.version,
      o.created_by as "createdBy", o.created_by_person_id as "createdByPersonId", o.created_at as "createdAt",
      (select coalesce(json_agg(json_build_object('id', l.id, 'orderLineId', l.order_line_id, 'quantity', l.quantity,
          'quantityShipped', l.quantity_shipped, 'components',
          (select coalesce(json_agg(json_build_object('productId', c.product_id, 'perUnit', c.per_unit)
              order by c.product_id), '[]')
            from outbound_components c where c.merchant_id = l.merchant_id and c.outbound_line_id = l.id))
          order by l.id), '[]')
        from outbound_lines l where l.merchant_id = o.merchant_id and l.outbound_order_id = o.id) as lines
    from outbound_orders o
    where o.merchant_id = ${merchantId} and o.order_id = any(${ids(orderIds)}) order by o.id`);
  return Map.groupBy(
    rows.map((row) => ({ ...row, number: Number(row.number), createdAt: moment(row.createdAt) })),
    (row) => row.orderId,
  );
}

/** Events that move an order; see `core/order/record.ts`. */
const deedEvents: Readonly<Record<string, LastDeed['event']>> = {
  'order.dispatched': 'dispatch',
  'order.cancelled': 'cancel',
};

export const orderLockRepository: OrderLockRepository = {
  lock: (tx, merchantId, orderIds) => load(tx, merchantId, orderIds, true),
  read: (tx, merchantId, orderIds) => load(tx, merchantId, orderIds, false),

  async lastDeeds(tx, merchantId, orderIds) {
    const rows = await unwrap(tx).execute<{
      orderId: string;
      event: string;
      personId: string | null;
      actorName: string;
      at: string;
      from: OrderStatus;
    }>(sql`
      select distinct on (order_id) order_id as "orderId", event, person_id as "personId", actor_name as "actorName",
        at, before->>'status' as "from"
      from audit_events
      where merchant_id = ${merchantId} and order_id = any(${ids(orderIds)}) and before->>'status' is not null
        -- News of the platform that moved nothing takes no undo away.
        and event <> 'order.changed_by_platform'
      order by order_id, at desc, id desc`);
    return new Map(
      rows.flatMap((row): [string, LastDeed][] => {
        const event = deedEvents[row.event];
        const { orderId, personId, actorName, from } = row;
        return event === undefined ? [] : [[orderId, { event, personId, actorName, from, at: moment(row.at) }]];
      }),
    );
  },

  async lastMove(tx, merchantId, orderId) {
    const [row] = await unwrap(tx).execute<Omit<LastMove, 'at'> & { at: string }>(sql`
      select actor_name as "actorName", via, at, event from audit_events
      where merchant_id = ${merchantId} and order_id = ${orderId} order by at desc, id desc limit 1`);
    return row === undefined ? null : { ...row, at: moment(row.at) };
  },

  async save(tx, merchantId, changes, at) {
    if (changes.length === 0) return;
    await unwrap(tx).execute(sql`
      update orders o set status = r.status, version = r.version, warehouse_id = r."warehouseId",
        shipping_channel_id = r."shippingChannelId", touched_at = r."touchedAt", acknowledged_at = r."acknowledgedAt",
        dispatched_at = r."dispatchedAt", shipped_at = r."shippedAt", completed_at = r."completedAt",
        cancelled_at = r."cancelledAt", updated_at = ${at.toISOString()}::timestamptz
      from ${recordSet(
        changes,
        `"orderId" uuid, status text, version int, "warehouseId" uuid, "shippingChannelId" uuid, "touchedAt" timestamptz,
         "acknowledgedAt" timestamptz, "dispatchedAt" timestamptz, "shippedAt" timestamptz, "completedAt" timestamptz,
         "cancelledAt" timestamptz`,
      )}
      where o.merchant_id = ${merchantId} and o.id = r."orderId"`);
  },

  async addShipped(tx, merchantId, lines) {
    if (lines.length === 0) return;
    await unwrap(tx).execute(sql`
      update order_lines l set quantity_shipped = l.quantity_shipped + r.quantity
      from (select "orderLineId", sum(quantity)::int as quantity
        from ${recordSet(lines, '"orderLineId" uuid, quantity int')} group by 1) r
      where l.merchant_id = ${merchantId} and l.id = r."orderLineId"`);
  },

  async setAccepted(tx, merchantId, orderId, lines) {
    await unwrap(tx).execute(sql`
      update order_lines l set quantity_accepted = coalesce((select r.quantity
        from ${recordSet(lines, '"orderLineId" uuid, quantity int')} where r."orderLineId" = l.id), 0)
      where l.merchant_id = ${merchantId} and l.order_id = ${orderId}`);
  },

  async acknowledgedStock(tx, merchantId, orderId) {
    const rows = await unwrap(tx).execute<{ stock: AcknowledgedStock | null }>(sql`
      select after->'stock' as stock from audit_events
      where merchant_id = ${merchantId} and order_id = ${orderId} and after ? 'stock' order by at desc, id desc`);
    return { now: rows[0]?.stock ?? null, last: rows.find((row) => row.stock !== null)?.stock ?? null };
  },
};
