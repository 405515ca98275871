import { type SQL, sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import type { Recipient } from '../../core/order/types.ts';
import type {
  ExceptionView,
  HoldView,
  OrderDetail,
  OrderEventView,
  OrderLineView,
  OrderOutbound,
  OrderShipment,
  OrderWriteback,
  ShowOrder,
} from '../../core/queries/show-order.ts';
import type { Drizzle } from '../client.ts';
import { lineKey, lineKeyKind } from './mapping-keys.ts';
import { deedOf } from './order-deed.ts';
import { uuids } from './order-walk.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';

/** Events of one order's page; an order rarely has thirty. */
const shownEvents = 200;

const recipientOf = (r: SQL): SQL => sql`case when ${r}.id is null or ${r}.purged_at is not null then null
  else json_build_object('name', ${r}.name, 'phone', ${r}.phone, 'email', ${r}.email, 'country', ${r}.country,
    'state', ${r}.state, 'city', ${r}.city, 'district', ${r}.district, 'address1', ${r}.address1,
    'address2', ${r}.address2, 'zip', ${r}.zip, 'pickupPointCode', ${r}.pickup_point_code) end`;

/** Warehouse SKUs of a line: as it was dispatched, else by the mapping in force. */
const lines: SQL = sql`
  select coalesce(json_agg(json_build_object('id', l.id, 'position', l.position, 'platformLineId', l.platform_line_id,
    'sku', l.sku, 'platformProductId', l.platform_product_id, 'name', l.name, 'barcode', l.barcode,
    'pictureUrl', l.picture_url, 'quantity', l.quantity, 'quantityCancelled', l.quantity_cancelled,
    'quantityShipped', greatest(l.quantity_shipped, l.platform_quantity_shipped), 'quantityAccepted', l.quantity_accepted,
    'quantityOutbound', coalesce(sent.quantity, 0), 'unitPrice', l.unit_price::text,
    'discountedUnitPrice', l.discounted_unit_price::text, 'requiresShipping', l.requires_shipping,
    'removedAt', l.removed_at, 'components', coalesce(recipe.rows, mapped.rows, '[]')) order by l.position), '[]')
  from order_lines l
  left join lateral (
    select sum(case when ob.status in ('shipped', 'cancelled') then ol.quantity_shipped else ol.quantity end)::int as quantity,
      (array_agg(ol.id order by ob.created_at desc) filter (where ob.status <> 'cancelled'))[1] as outbound_line_id
    from outbound_lines ol
    join outbound_orders ob on ob.merchant_id = ol.merchant_id and ob.id = ol.outbound_order_id
    where ol.merchant_id = l.merchant_id and ol.order_line_id = l.id
  ) as sent on true
  left join lateral (
    select json_agg(json_build_object('productId', p.id, 'sku', p.sku, 'name', p.name, 'quantity', c.per_unit) order by p.sku) as rows
    from outbound_components c join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
    where c.merchant_id = l.merchant_id and c.outbound_line_id = sent.outbound_line_id
  ) as recipe on true
  left join lateral (
    select json_agg(json_build_object('productId', p.id, 'sku', p.sku, 'name', p.name, 'quantity', c.quantity) order by p.sku) as rows
    from sku_mappings m
    join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
    join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
    where m.merchant_id = l.merchant_id and m.store_id = o.store_id and m.superseded_at is null
      and m.key_kind = ${lineKeyKind} and m.key = ${lineKey}
  ) as mapped on true
  where l.merchant_id = o.merchant_id and l.order_id = o.id`;

const packages: SQL = sql`
  select coalesce(json_agg(json_build_object('id', p.id, 'platformPackageId', p.platform_package_id,
    'location', p.location, 'state', p.state, 'shippable', p.shippable, 'lines', p.lines) order by p.platform_package_id), '[]')
  from platform_packages p where p.merchant_id = o.merchant_id and p.order_id = o.id`;

const holds: SQL = sql`
  select coalesce(json_agg(json_build_object('id', h.id, 'code', h.code, 'origin', h.origin, 'subject', h.subject,
    'detail', h.detail, 'openedAt', h.opened_at, 'openedBy', h.opened_by, 'releaseAt', h.release_at, 'note', h.note,
    'closedAt', h.closed_at, 'closedBy', h.closed_by, 'resolution', h.resolution, 'resolutionNote', h.resolution_note)
    order by h.closed_at is not null, coalesce(h.closed_at, h.opened_at) desc, h.id), '[]')
  from holds h where h.merchant_id = o.merchant_id and h.order_id = o.id`;

const exceptions: SQL = sql`
  select coalesce(json_agg(json_build_object('id', e.id, 'code', e.code, 'subject', e.subject, 'message', e.message,
    'platformCode', e.platform_code, 'platformMessage', e.platform_message,
    'previousRecipient', ${recipientOf(sql`previous`)}, 'openedAt', e.opened_at,
    'closedAt', e.closed_at, 'closedBy', e.closed_by, 'resolution', e.resolution)
    order by e.closed_at is not null, coalesce(e.closed_at, e.opened_at) desc, e.id), '[]')
  from order_exceptions e
  left join recipients previous on previous.merchant_id = e.merchant_id and previous.id = e.previous_recipient_id
  where e.merchant_id = o.merchant_id and e.order_id = o.id`;

const outbounds: SQL = sql`
  select coalesce(json_agg(json_build_object('id', ob.id, 'number', concat('OB-', ob.number), 'status', ob.status,
    'recall', ob.recall, 'warehouseName', w.name, 'channelName', ch.name, 'carrierName', ca.name,
    'serviceLevel', ch.service_level, 'trackingNumber', ob.tracking_number, 'codAmount', ob.cod_amount::text,
    'exceptionReason', ob.exception_reason, 'createdAt', ob.created_at, 'createdBy', ob.created_by,
    'createdByPersonId', ob.created_by_person_id, 'units', (select coalesce(sum(ol.quantity), 0) from outbound_lines ol
      where ol.merchant_id = ob.merchant_id and ol.outbound_order_id = ob.id),
    'unitsShipped', (select coalesce(sum(ol.quantity_shipped), 0) from outbound_lines ol
      where ol.merchant_id = ob.merchant_id and ol.outbound_order_id = ob.id)) order by ob.created_at desc), '[]')
  from outbound_orders ob
  join warehouses w on w.id = ob.warehouse_id
  join shipping_channels ch on ch.id = ob.shipping_channel_id
  join carriers ca on ca.id = ch.carrier_id
  where ob.merchant_id = o.merchant_id and ob.order_id = o.id`;

const shipments: SQL = sql`
  select coalesce(json_agg(json_build_object('id', sh.id, 'outboundNumber', 'OB-' || ob.number, 'carrierId', sh.carrier_id,
    'carrierName', sh.carrier_name, 'service', sh.service, 'trackingNumber', sh.tracking_number,
    'trackingUrl', replace(ca.tracking_url, '{number}', sh.tracking_number), 'shippedAt', sh.shipped_at,
    'createdBy', sh.created_by, 'units', (select coalesce(sum(sl.quantity), 0) from shipment_lines sl
      where sl.merchant_id = sh.merchant_id and sl.shipment_id = sh.id),
    'replacedBy', case when newer.id is null then null else json_build_object('trackingNumber', newer.tracking_number,
      'createdBy', newer.created_by) end) order by sh.shipped_at desc, sh.id desc), '[]')
  from shipments sh
  left join outbound_orders ob on ob.merchant_id = sh.merchant_id and ob.id = sh.outbound_order_id
  left join carriers ca on ca.id = sh.carrier_id
  left join shipments newer on newer.merchant_id = sh.merchant_id and newer.id = sh.replaced_by_id
  where sh.merchant_id = o.merchant_id and sh.order_id = o.id`;

const writebacks: SQL = sql`
  select coalesce(json_agg(json_build_object('id', wb.id, 'kind', wb.kind, 'state', wb.state,
    'shipmentId', wb.shipment_id, 'attempts', wb.attempts, 'nextAttemptAt', wb.next_attempt_at,
    'errorCode', wb.error_code, 'errorMessage', wb.error_message, 'acceptedAt', wb.accepted_at,
    'confirmedAt', wb.confirmed_at, 'isUnconfirmed', exists (select 1 from order_exceptions e
      where e.merchant_id = wb.merchant_id and e.order_id = wb.order_id and e.code = 'writeback_unconfirmed'
        and e.subject = wb.id::text and e.closed_at is null)) order by wb.created_at, wb.id), '[]')
  from writebacks wb where wb.merchant_id = o.merchant_id and wb.order_id = o.id`;

const history: SQL = sql`
  select coalesce(json_agg(json_build_object('id', a.id, 'at', a.at, 'actorName', a.actor_name,
    'personId', a.person_id, 'via', a.via, 'event', a.event, 'before', a.before, 'after', a.after, 'note', a.note)
    order by a.at desc, a.id desc), '[]')
  from (select * from audit_events e where e.merchant_id = o.merchant_id and e.order_id = o.id
    order by e.id desc limit ${shownEvents}) as a`;

/** A row of raw SQL: names as the statement gives them. */
type Raw = Omit<
  OrderDetail,
  | Moment
  | 'lines'
  | 'packages'
  | 'holds'
  | 'exceptions'
  | 'outbounds'
  | 'shipments'
  | 'writebacks'
  | 'history'
  | 'lastDeed'
> & { [name in Moment]: string | null } & Record<
    'lines' | 'packages' | 'holds' | 'exceptions' | 'outbounds' | 'shipments' | 'writebacks' | 'history',
    unknown
  > & { recipient: Recipient | string | null; originalRecipient: Recipient | string | null };

type Moment =
  | 'platformUpdatedAt'
  | 'orderedAt'
  | 'paidAt'
  | 'shipBy'
  | 'dispatchedAt'
  | 'shippedAt'
  | 'completedAt'
  | 'cancelledAt'
  | 'seenAt'
  | 'createdAt'
  | 'recipientPurgedAt';

export function createShowOrder(db: Drizzle): ShowOrder {
  return async ({ merchantIds, orderId }) => {
    if (!isId(orderId) || merchantIds.length === 0) return null;
    const [raw] = await db.execute<Raw>(sql`
      select o.id, o.merchant_id as "merchantId", o.kind, o.platform_order_number as number,
        o.platform_order_id as "platformOrderId", o.store_id as "storeId", s.name as "storeName",
        s.status as "storeStatus", s.platform, o.source_channel as "sourceChannel", o.status, o.version,
        o.platform_status as "platformStatus", o.platform_state as "platformState",
        o.platform_updated_at as "platformUpdatedAt", o.ordered_at as "orderedAt", o.paid_at as "paidAt",
        o.ship_by as "shipBy", o.currency, o.items_amount as "itemsAmount", o.shipping_amount as "shippingAmount",
        o.tax_amount as "taxAmount", o.discount_amount as "discountAmount", o.total_amount as "totalAmount",
        o.payment_method as "paymentMethod", o.payment_record as "paymentRecord",
        (select pc.class from payment_classifications pc where pc.merchant_id = o.merchant_id
          and pc.store_id = o.store_id and pc.payment_method = btrim(coalesce(o.payment_method, ''))) as "paymentClass",
        o.cod_amount as "codAmount", o.shipping_method as "shippingMethod", o.shipping_provider as "shippingProvider",
        (select ty.name from method_mappings mm join shipping_types ty on ty.merchant_id = mm.merchant_id
          and ty.id = mm.shipping_type_id where mm.merchant_id = o.merchant_id and mm.store_id = o.store_id
          and mm.method = btrim(o.shipping_method)) as "shippingTypeName",
        original.buyer_note as "buyerNote", o.tags, w.name as "warehouseName", ch.name as "channelName",
        ca.name as "carrierName", o.wms_shipping_cost as "wmsShippingCost", o.dispatched_at as "dispatchedAt",
        o.shipped_at as "shippedAt", o.completed_at as "completedAt", o.cancelled_at as "cancelledAt",
        o.seen_at as "seenAt", o.created_at as "createdAt",
        case when o.corrected_recipient_id is null then ${recipientOf(sql`original`)}
          else ${recipientOf(sql`corrected`)} end as recipient,
        case when o.corrected_recipient_id is null then null else ${recipientOf(sql`original`)} end as "originalRecipient",
        coalesce(corrected.purged_at, original.purged_at) as "recipientPurgedAt",
        (${lines}) as lines, (${packages}) as packages, (${holds}) as holds, (${exceptions}) as exceptions,
        (${outbounds}) as outbounds, (${shipments}) as shipments, (${writebacks}) as writebacks, (${history}) as history
      from orders o
      join stores s on s.merchant_id = o.merchant_id and s.id = o.store_id
      join sales_channels sc on sc.merchant_id = s.merchant_id and sc.id = s.sales_channel_id
      left join recipients original on original.merchant_id = o.merchant_id and original.id = o.recipient_id
      left join recipients corrected on corrected.merchant_id = o.merchant_id and corrected.id = o.corrected_recipient_id
      left join warehouses w on w.id = o.warehouse_id
      left join shipping_channels ch on ch.id = o.shipping_channel_id
      left join carriers ca on ca.id = ch.carrier_id
      where o.merchant_id = any(${uuids(merchantIds)}) and o.id = ${orderId}::uuid`);
    return raw === undefined ? null : toDetail(raw);
  };
}

/** Events after which what has not shipped never will. */
const restEnding: ReadonlySet<string> = new Set(['order.rest_cancelled', 'order.closed_by_hand']);

/** What is still wanted of a line and has not left. */
function unshipped(
  line: Pick<
    OrderLineView,
    'quantity' | 'quantityCancelled' | 'quantityAccepted' | 'quantityShipped' | 'requiresShipping'
  > & {
    readonly removedAt: string | null;
  },
): number {
  if (line.removedAt !== null || !line.requiresShipping) return 0;
  const ordered = line.quantity - line.quantityCancelled;
  return Math.max(0, Math.min(ordered, line.quantityAccepted ?? ordered) - line.quantityShipped);
}

type Texts<T, Key extends keyof T> = Omit<T, Key> & { [name in Key]: string | null };

function toDetail(raw: Raw): OrderDetail {
  const events = jsonArray<Texts<OrderEventView, never> & { at: string; personId: string | null }>(raw.history);
  const isAbandoned = events.some(({ event }) => restEnding.has(event));
  return {
    ...raw,
    platformUpdatedAt: moment(raw.platformUpdatedAt ?? ''),
    orderedAt: moment(raw.orderedAt ?? ''),
    paidAt: momentOrNull(raw.paidAt),
    shipBy: momentOrNull(raw.shipBy),
    dispatchedAt: momentOrNull(raw.dispatchedAt),
    shippedAt: momentOrNull(raw.shippedAt),
    completedAt: momentOrNull(raw.completedAt),
    cancelledAt: momentOrNull(raw.cancelledAt),
    seenAt: moment(raw.seenAt ?? ''),
    createdAt: moment(raw.createdAt ?? ''),
    recipientPurgedAt: momentOrNull(raw.recipientPurgedAt),
    recipient: recipientFrom(raw.recipient),
    originalRecipient: recipientFrom(raw.originalRecipient),
    lines: jsonArray<Texts<Omit<OrderLineView, 'quantityAbandoned'>, 'removedAt'>>(raw.lines).map((line) => ({
      ...line,
      quantityAbandoned: isAbandoned ? unshipped(line) : 0,
      removedAt: momentOrNull(line.removedAt),
    })),
    packages: jsonArray<OrderDetail['packages'][number]>(raw.packages),
    holds: jsonArray<Texts<HoldView, 'openedAt' | 'closedAt' | 'releaseAt'>>(raw.holds).map((hold) => ({
      ...hold,
      openedAt: moment(hold.openedAt ?? ''),
      closedAt: momentOrNull(hold.closedAt),
      releaseAt: momentOrNull(hold.releaseAt),
    })),
    exceptions: jsonArray<Texts<ExceptionView, 'openedAt' | 'closedAt'>>(raw.exceptions).map((exception) => ({
      ...exception,
      openedAt: moment(exception.openedAt ?? ''),
      closedAt: momentOrNull(exception.closedAt),
    })),
    outbounds: jsonArray<Texts<OrderOutbound, 'createdAt'>>(raw.outbounds).map((outbound) => ({
      ...outbound,
      createdAt: moment(outbound.createdAt ?? ''),
    })),
    shipments: jsonArray<Texts<OrderShipment, 'shippedAt'>>(raw.shipments).map((shipment) => ({
      ...shipment,
      shippedAt: moment(shipment.shippedAt ?? ''),
    })),
    writebacks: jsonArray<Texts<OrderWriteback, 'nextAttemptAt' | 'acceptedAt' | 'confirmedAt'>>(raw.writebacks).map(
      (writeback) => ({
        ...writeback,
        nextAttemptAt: momentOrNull(writeback.nextAttemptAt),
        acceptedAt: momentOrNull(writeback.acceptedAt),
        confirmedAt: momentOrNull(writeback.confirmedAt),
      }),
    ),
    history: events.map(({ personId, ...event }) => ({ ...event, at: moment(event.at) })),
    lastDeed: deedOf(events),
  };
}

const recipientFrom = (value: Recipient | string | null): Recipient | null =>
  typeof value === 'string' ? JSON.parse(value) : value;
