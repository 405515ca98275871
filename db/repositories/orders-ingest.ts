import { sql } from 'drizzle-orm';
import type { HoldReason, Recipient } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { IntakeOrder, OpenHold, OrderIngestRepository, StoredLine } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moment } from '../queries/rows.ts';
import { moments, texts, uuids } from './column-arrays.ts';
import { insertOrders, writeRecipients } from './ingest-insert.ts';
import { updateOrders } from './ingest-update.ts';
import { refreshStatistics } from './statistics.ts';

type Row = Record<string, unknown>;

/** Orders as intake reads and writes them. */
export const orderIngestRepository: OrderIngestRepository = {
  async findKnown(tx, merchantId, storeId, platformOrderIds) {
    // The store comes from a row, not as a constant: of a store that is new since the last ANALYZE the planner would
    // expect one order and, to look at that, read all of them by an index of the list.
    const rows = await unwrap(tx).execute<
      Row & { id: string; platform_order_id: string; content_hash: string; platform_updated_at: string }
    >(sql`
      with wanted as materialized (
        select ${merchantId}::uuid as merchant_id, ${storeId}::uuid as store_id, t.id
        from unnest(${texts(platformOrderIds, (id) => id)}) as t (id)
      )
      select o.id, o.platform_order_id, o.content_hash, o.platform_updated_at
      from wanted w join orders o on o.merchant_id = w.merchant_id and o.store_id = w.store_id
        and o.platform_order_id = w.id`);
    return rows.map((row) => ({
      id: row.id,
      platformOrderId: row.platform_order_id,
      contentHash: row.content_hash,
      platformUpdatedAt: moment(row.platform_updated_at),
    }));
  },

  lock,
  async insert(tx, store, orders, at) {
    await insertOrders(tx, store, orders, at);
    await refreshStatistics(tx);
  },
  update: updateOrders,

  async touch(tx, merchantId, orders) {
    if (orders.length === 0) return;
    await unwrap(tx).execute(sql`
      update orders o set platform_updated_at = t.at
      from (select o.id, t.at from unnest(${uuids(orders, (row) => row.id)}, ${moments(orders, (row) => row.platformUpdatedAt)}) as t (id, at)
        join orders o on o.merchant_id = ${merchantId}::uuid and o.id = t.id order by o.id for no key update of o) t
      where o.merchant_id = ${merchantId}::uuid and o.id = t.id`);
  },

  async seen(tx, merchantId, orderIds, at) {
    if (orderIds.length === 0) return;
    await unwrap(tx).execute(sql`
      update orders o set seen_at = ${at.toISOString()}::timestamptz
      from (select id from orders where merchant_id = ${merchantId}::uuid and id = any(${uuids(orderIds, (id) => id)})
        order by id for no key update) t
      where o.merchant_id = ${merchantId}::uuid and o.id = t.id`);
  },

  async isChangedSince(tx, merchantId, orderId, since) {
    // The raw copy is written whenever the content changes.
    const rows = await unwrap(tx).execute<Row>(sql`
      select 1 from raw_payloads where merchant_id = ${merchantId}::uuid and order_id = ${orderId}::uuid
        and received_at > ${since.toISOString()}::timestamptz`);
    return rows.length > 0;
  },

  async markTouched(tx, merchantId, orderIds, at) {
    if (orderIds.length === 0) return;
    await unwrap(tx).execute(sql`
      update orders set touched_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = any(${uuids(orderIds, (id) => id)})`);
  },

  async saveCorrection(tx, merchantId, orderId, recipient, at) {
    await writeRecipients(tx, merchantId, [{ id: recipient.id, recipient, buyerNote: null }]);
    await unwrap(tx).execute(sql`
      update orders set corrected_recipient_id = ${recipient.id}::uuid, touched_at = ${at.toISOString()}::timestamptz,
        updated_at = ${at.toISOString()}::timestamptz, version = version + 1
      where merchant_id = ${merchantId}::uuid and id = ${orderId}::uuid`);
  },

  async heldFor(tx, merchantId, storeId, codes, limit) {
    const rows = await unwrap(tx).execute<Row & { platform_order_id: string }>(sql`
      select o.platform_order_id from orders o
      where o.merchant_id = ${merchantId}::uuid and o.store_id = ${storeId}::uuid
        and o.status in ('pending', 'acknowledged', 'processing') and o.id in (
          select h.order_id from holds h where h.merchant_id = ${merchantId}::uuid and h.store_id = ${storeId}::uuid
            and h.closed_at is null and h.code = any(${texts(codes, (code) => code)}))
      order by o.seen_at, o.id limit ${limit}`);
    return rows.map((row) => row.platform_order_id);
  },

  async listOpen(tx, merchantId, storeId, { after, before, limit }) {
    const rows = await unwrap(tx).execute<Row & { platform_order_id: string }>(sql`
      select platform_order_id from orders
      where merchant_id = ${merchantId}::uuid and store_id = ${storeId}::uuid and platform_order_id > ${after}
        and status in ('pending', 'acknowledged', 'processing', 'partially_shipped')
        and created_at < ${before.toISOString()}::timestamptz
      order by platform_order_id limit ${limit}`);
    return rows.map((row) => row.platform_order_id);
  },

  async platformIds(tx, merchantId, orderIds) {
    const rows = await unwrap(tx).execute<
      Row & { id: string; store_id: string; platform_order_id: string; platform_order_number: string }
    >(sql`
      select id, store_id, platform_order_id, platform_order_number from orders
      where merchant_id = ${merchantId}::uuid and id = any(${uuids(orderIds, (id) => id)}) order by id`);
    return rows.map((row) => ({
      orderId: row.id,
      storeId: row.store_id,
      platformOrderId: row.platform_order_id,
      number: row.platform_order_number,
    }));
  },

  async listOpenForRules(tx, merchantId, storeId, { after, limit, shippingMethod }) {
    const rows = await unwrap(tx).execute<Row & { id: string }>(sql`
      select id from orders
      where merchant_id = ${merchantId}::uuid and store_id = ${storeId}::uuid and status in ('pending', 'acknowledged')
        and ${after === null ? sql`true` : sql`id > ${after}::uuid`}
        and ${shippingMethod === undefined ? sql`true` : sql`shipping_method = ${shippingMethod}`}
      order by id limit ${limit}`);
    return rows.map((row) => row.id);
  },
};

type OrderRow = Row & {
  id: string;
  store_id: string;
  platform_order_number: string;
  kind: IntakeOrder['kind'];
  status: IntakeOrder['status'];
  version: number;
  platform_state: IntakeOrder['platformState'];
  payment_method: string | null;
  payment_record: IntakeOrder['paymentRecord'];
  cod_amount: string | null;
  shipping_method: string | null;
  touched: boolean;
  recipient_id: string | null;
  corrected_recipient_id: string | null;
  platform_holds: readonly HoldReason[] | null;
};

async function lock(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<IntakeOrder[]> {
  if (orderIds.length === 0) return [];
  const orders = await unwrap(tx).execute<OrderRow>(sql`
    select id, store_id, platform_order_number, kind, status, version, platform_state, payment_method, payment_record,
      cod_amount, shipping_method, touched_at is not null as touched, recipient_id, corrected_recipient_id, platform_holds
    from orders where merchant_id = ${merchantId}::uuid and id = any(${uuids(orderIds, (id) => id)})
    order by id for no key update`);
  if (orders.length === 0) return [];
  const recipients = await loadRecipients(
    tx,
    merchantId,
    orders.flatMap((order) => [order.recipient_id, order.corrected_recipient_id]).filter((id) => id !== null),
  );
  const found = orders.map((order) => order.id);
  const lines = await loadLines(tx, merchantId, found);
  const holds = await loadHolds(tx, merchantId, found);
  const released = await loadReleased(tx, merchantId, found);
  return orders.map((order) => {
    const given = order.recipient_id === null ? undefined : recipients.get(order.recipient_id);
    const corrected = order.corrected_recipient_id === null ? undefined : recipients.get(order.corrected_recipient_id);
    return {
      id: order.id,
      storeId: order.store_id,
      platformOrderNumber: order.platform_order_number,
      kind: order.kind,
      status: order.status,
      version: order.version,
      platformState: order.platform_state,
      paymentMethod: order.payment_method,
      paymentRecord: order.payment_record,
      codAmount: order.cod_amount,
      shippingMethod: order.shipping_method,
      isTouched: order.touched,
      recipientId: order.recipient_id,
      recipient: given?.recipient ?? null,
      buyerNote: given?.buyerNote ?? null,
      isRecipientPurged: given?.isPurged ?? false,
      correctedRecipientId: order.corrected_recipient_id,
      correctedRecipient: corrected?.isPurged === false ? corrected.recipient : null,
      lines: lines.get(order.id) ?? [],
      openHolds: holds.get(order.id) ?? [],
      released: released.get(order.id) ?? [],
      platformHolds: order.platform_holds ?? [],
    };
  });
}

interface StoredRecipient {
  readonly recipient: Recipient;
  readonly buyerNote: string | null;
  readonly isPurged: boolean;
}

async function loadRecipients(
  tx: Tx,
  merchantId: string,
  ids: readonly string[],
): Promise<Map<string, StoredRecipient>> {
  if (ids.length === 0) return new Map();
  const rows = await unwrap(tx).execute<Row & Recipient & { id: string; buyerNote: string | null; isPurged: boolean }>(
    sql`
      select id, name, phone, email, country, state, city, district, address1, address2, zip,
        pickup_point_code as "pickupPointCode", buyer_note as "buyerNote", purged_at is not null as "isPurged"
      from recipients where merchant_id = ${merchantId}::uuid and id = any(${uuids(ids, (id) => id)})`,
  );
  return new Map(
    rows.map(({ id, buyerNote, isPurged, ...recipient }) => [id, { recipient, buyerNote, isPurged }] as const),
  );
}

async function loadLines(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<Map<string, StoredLine[]>> {
  const rows = await unwrap(tx).execute<StoredLine & { orderId: string; [column: string]: unknown }>(sql`
    select order_id as "orderId", id, position, platform_line_id as "platformLineId", sku,
      platform_product_id as "platformProductId", name, barcode, picture_url as "pictureUrl", quantity,
      quantity_cancelled as "quantityCancelled", platform_quantity_shipped as "quantityShipped",
      quantity_accepted as "quantityAccepted", unit_price as "unitPrice",
      discounted_unit_price as "discountedUnitPrice", requires_shipping as "requiresShipping",
      removed_at is not null as "isRemoved"
    from order_lines where merchant_id = ${merchantId}::uuid and order_id = any(${uuids(orderIds, (id) => id)})
    order by order_id, position, id`);
  return Map.groupBy(rows, (row) => row.orderId);
}

async function loadHolds(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<Map<string, OpenHold[]>> {
  const rows = await unwrap(tx).execute<OpenHold & { orderId: string; [column: string]: unknown }>(sql`
    select order_id as "orderId", id, code, origin, subject, detail from holds
    where merchant_id = ${merchantId}::uuid and order_id = any(${uuids(orderIds, (id) => id)}) and closed_at is null
    order by order_id, opened_at, id`);
  return Map.groupBy(rows, (row) => row.orderId);
}

async function loadReleased(
  tx: Tx,
  merchantId: string,
  orderIds: readonly string[],
): Promise<Map<string, IntakeOrder['released'][number][]>> {
  const rows = await unwrap(tx).execute<
    IntakeOrder['released'][number] & { orderId: string; [column: string]: unknown }
  >(sql`
    select order_id as "orderId", code, subject, reason from hold_releases
    where merchant_id = ${merchantId}::uuid and order_id = any(${uuids(orderIds, (id) => id)})`);
  return Map.groupBy(rows, (row) => row.orderId);
}
