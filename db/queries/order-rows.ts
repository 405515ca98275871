import { sql } from 'drizzle-orm';
import { isCashOnDelivery } from '../../core/dispatch/cash-on-delivery.ts';
import type { ExceptionCode, HoldCode, HoldOrigin, OrderKind, OrderStatus } from '../../core/order/types.ts';
import { type OrderRow, rowReasons } from '../../core/queries/list-orders.ts';
import type { Drizzle } from '../client.ts';
import { texts, uuids } from './order-walk.ts';
import { moment, momentOrNull } from './rows.ts';

type RawRow = {
  id: string;
  merchant_id: string;
  kind: OrderKind;
  number: string;
  status: OrderStatus;
  version: number;
  store_id: string;
  store_name: string;
  platform: string;
  source_channel: string | null;
  ordered_at: string;
  ship_by: string | null;
  shipped_at: string | null;
  currency: string;
  total_amount: string | null;
  payment_record: string;
  payment_class: string | null;
  line_count: number;
  city: string | null;
  country: string | null;
  warehouse_name: string | null;
  open_hold_count: number;
  open_exception_count: number;
};
type RawHold = {
  id: string;
  order_id: string;
  code: HoldCode;
  origin: HoldOrigin;
  subject: string;
  detail: Record<string, string> | string;
  note: string | null;
  release_at: string | null;
};
type RawException = {
  id: string;
  order_id: string;
  code: ExceptionCode;
  subject: string;
  message: string;
  platform_message: string | null;
};
type RawOutbound = { order_id: string; id: string; number: string; status: string; recall: string };
type RawShipment = { order_id: string; carrier_name: string; tracking_number: string; count: number };

/** An order by its key; merchant first, because every index begins with it. */
export interface OrderKey {
  readonly merchant_id: string;
  readonly id: string;
}

/** The rows of a list, in the order of the keys. Reasons, outbound and shipments are asked for only where there are some. */
export async function readOrderRows(db: Drizzle, keys: readonly OrderKey[]): Promise<OrderRow[]> {
  if (keys.length === 0) return [];
  const merchantIds = keys.map((key) => key.merchant_id);
  const rows = await db.execute<RawRow>(sql`
    select o.id, o.merchant_id, o.kind, o.platform_order_number as number, o.status, o.version, o.store_id,
      s.name as store_name, s.platform, o.source_channel, o.ordered_at, o.ship_by, o.shipped_at, o.currency,
      o.total_amount, o.payment_record, pc.class as payment_class, o.line_count, r.city, r.country, w.name as warehouse_name, o.open_hold_count,
      o.open_exception_count
    from unnest(${uuids(merchantIds)}, ${uuids(keys.map((key) => key.id))}) with ordinality as k(merchant_id, id, place)
    join orders o on o.merchant_id = k.merchant_id and o.id = k.id
    join stores s on s.merchant_id = o.merchant_id and s.id = o.store_id
    left join recipients r on r.merchant_id = o.merchant_id and r.id = coalesce(o.corrected_recipient_id, o.recipient_id)
    left join warehouses w on w.id = o.warehouse_id
    left join payment_classifications pc on pc.merchant_id = o.merchant_id and pc.store_id = o.store_id
      and pc.payment_method = coalesce(btrim(o.payment_method), '')
    order by k.place`);
  const merchants = [...new Set(merchantIds)];
  const idsWhere = (test: (row: RawRow) => boolean): string[] => rows.filter(test).map((row) => row.id);
  const [holds, exceptions, outbounds, shipments] = await Promise.all([
    readHolds(
      db,
      merchants,
      idsWhere((row) => row.open_hold_count > 0),
    ),
    readExceptions(
      db,
      merchants,
      idsWhere((row) => row.open_exception_count > 0),
    ),
    readOutbounds(
      db,
      merchants,
      idsWhere((row) => beyondDispatch.has(row.status)),
    ),
    readShipments(
      db,
      merchants,
      idsWhere((row) => mayHaveShipped.has(row.status)),
    ),
  ]);
  return rows.map((row) => ({
    id: row.id,
    merchantId: row.merchant_id,
    kind: row.kind,
    number: row.number,
    status: row.status,
    version: row.version,
    storeId: row.store_id,
    storeName: row.store_name,
    platform: row.platform,
    sourceChannel: row.source_channel,
    orderedAt: moment(row.ordered_at),
    shipBy: momentOrNull(row.ship_by),
    shippedAt: momentOrNull(row.shipped_at),
    currency: row.currency,
    totalAmount: row.total_amount,
    lineCount: row.line_count,
    city: row.city,
    country: row.country,
    warehouseName: row.warehouse_name,
    openHoldCount: row.open_hold_count,
    openExceptionCount: row.open_exception_count,
    holds: (holds.get(row.id) ?? []).map((hold) => ({
      id: hold.id,
      code: hold.code,
      origin: hold.origin,
      subject: hold.subject,
      detail: typeof hold.detail === 'string' ? JSON.parse(hold.detail) : hold.detail,
      note: hold.note,
      releaseAt: momentOrNull(hold.release_at),
    })),
    exceptions: (exceptions.get(row.id) ?? []).map((exception) => ({
      id: exception.id,
      code: exception.code,
      subject: exception.subject,
      message: exception.message,
      platformMessage: exception.platform_message,
    })),
    outbound: toOutbound(outbounds.get(row.id)?.[0]),
    shipment: toShipment(shipments.get(row.id)?.[0]),
    isCod: isCashOnDelivery({
      kind: row.kind,
      paymentClass: row.payment_class,
      paymentRecord: row.payment_record,
    }),
  }));
}

const beyondDispatch: ReadonlySet<OrderStatus> = new Set(['processing', 'partially_shipped']);
const mayHaveShipped: ReadonlySet<OrderStatus> = new Set([
  'partially_shipped',
  'shipped',
  'completed',
  'manual_completed',
]);

const toOutbound = (raw: RawOutbound | undefined): OrderRow['outbound'] =>
  raw === undefined ? null : { id: raw.id, number: `OB-${raw.number}`, status: raw.status, recall: raw.recall };

const toShipment = (raw: RawShipment | undefined): OrderRow['shipment'] =>
  raw === undefined ? null : { carrier: raw.carrier_name, trackingNumber: raw.tracking_number, count: raw.count };

async function readHolds(db: Drizzle, merchants: readonly string[], ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, RawHold[]>();
  const holds = await db.execute<RawHold>(sql`
    select h.* from unnest(${uuids(ids)}) as o(id) cross join lateral (
      select h.id, h.order_id, h.code, h.origin, h.subject, h.detail, h.note, h.release_at from holds h
      where h.merchant_id = any(${uuids(merchants)}) and h.order_id = o.id and h.closed_at is null
      order by h.opened_at, h.id limit ${rowReasons}) as h`);
  return Map.groupBy(holds, (hold) => hold.order_id);
}

async function readExceptions(db: Drizzle, merchants: readonly string[], ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, RawException[]>();
  const exceptions = await db.execute<RawException>(sql`
    select e.* from unnest(${uuids(ids)}) as o(id) cross join lateral (
      select e.id, e.order_id, e.code, e.subject, e.message, e.platform_message from order_exceptions e
      where e.merchant_id = any(${uuids(merchants)}) and e.order_id = o.id and e.closed_at is null
      order by e.opened_at, e.id limit ${rowReasons}) as e`);
  return Map.groupBy(exceptions, (exception) => exception.order_id);
}

async function readOutbounds(db: Drizzle, merchants: readonly string[], ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, RawOutbound[]>();
  const outbounds = await db.execute<RawOutbound>(sql`
    select b.* from unnest(${uuids(ids)}) as o(id) cross join lateral (
      select b.order_id, b.id, b.number, b.status, b.recall from outbound_orders b
      where b.merchant_id = any(${uuids(merchants)}) and b.order_id = o.id
        and b.status <> all(${texts(['cancelled'])})
      order by b.created_at desc limit 1) as b`);
  return Map.groupBy(outbounds, (outbound) => outbound.order_id);
}

async function readShipments(db: Drizzle, merchants: readonly string[], ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, RawShipment[]>();
  const shipments = await db.execute<RawShipment>(sql`
    select s.* from unnest(${uuids(ids)}) as o(id) cross join lateral (
      select s.order_id, s.carrier_name, s.tracking_number, (count(*) over ())::int as count from shipments s
      where s.merchant_id = any(${uuids(merchants)}) and s.order_id = o.id
      order by s.shipped_at desc, s.id desc limit 1) as s`);
  return Map.groupBy(shipments, (shipment) => shipment.order_id);
}
