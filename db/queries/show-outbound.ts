import { type SQL, sql } from 'drizzle-orm';
import type { Recipient } from '../../core/order/types.ts';
import type { OutboundScope } from '../../core/queries/list-outbound.ts';
import type {
  OutboundComponent,
  OutboundDetail,
  ReadLabel,
  ShowOutbound,
  ShowOutbounds,
} from '../../core/queries/show-outbound.ts';
import type { Drizzle } from '../client.ts';
import {
  inScope,
  outboundColumns,
  outboundJoins,
  type RawOutbound,
  scopeTable,
  toOutboundRow,
} from './outbound-row.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';

/** What a history on a page shows; the order's own page has all of it. */
const shownEvents = 50;

const lines: SQL = sql`
  select coalesce(json_agg(json_build_object('id', l.id, 'orderLineId', l.order_line_id, 'name', ol.name,
    'platformSku', ol.sku, 'quantity', l.quantity, 'quantityShipped', l.quantity_shipped, 'components', coalesce(recipe.rows, '[]'))
    order by ol.position), '[]')
  from outbound_lines l
  join order_lines ol on ol.merchant_id = l.merchant_id and ol.id = l.order_line_id
  left join lateral (
    select json_agg(json_build_object('productId', p.id, 'sku', p.sku, 'name', p.name, 'perUnit', c.per_unit,
      'barcode', (select b.barcode from product_barcodes b
        where b.merchant_id = p.merchant_id and b.product_id = p.id order by b.is_main desc, b.barcode limit 1))
      order by p.sku) as rows
    from outbound_components c join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
    where c.merchant_id = l.merchant_id and c.outbound_line_id = l.id
  ) as recipe on true
  where l.merchant_id = o.merchant_id and l.outbound_order_id = o.id`;

const shipments: SQL = sql`
  select coalesce(json_agg(json_build_object('id', sh.id, 'carrierName', sh.carrier_name, 'service', sh.service,
    'trackingNumber', sh.tracking_number, 'trackingUrl', replace(sc.tracking_url, '{number}', sh.tracking_number),
    'shippedAt', sh.shipped_at, 'createdBy', sh.created_by, 'lines', coalesce(parcel.rows, '[]'),
    'writeback', case when wb.id is null then null else json_build_object('state', wb.state,
      'errorMessage', wb.error_message, 'nextAttemptAt', wb.next_attempt_at, 'acceptedAt', wb.accepted_at) end)
    order by sh.shipped_at, sh.id), '[]')
  from shipments sh
  left join carriers sc on sc.id = sh.carrier_id
  left join writebacks wb on wb.merchant_id = sh.merchant_id and wb.shipment_id = sh.id and wb.kind = 'shipment'
  left join lateral (
    select json_agg(json_build_object('orderLineId', pl.order_line_id, 'name', ol.name, 'quantity', pl.quantity)
      order by ol.position) as rows
    from shipment_lines pl join order_lines ol on ol.merchant_id = pl.merchant_id and ol.id = pl.order_line_id
    where pl.merchant_id = sh.merchant_id and pl.shipment_id = sh.id
  ) as parcel on true
  where sh.merchant_id = o.merchant_id and sh.outbound_order_id = o.id`;

const events: SQL = sql`
  select coalesce(json_agg(json_build_object('at', e.at, 'actorName', e.actor_name, 'via', e.via, 'event', e.event,
    'note', e.note) order by e.id desc), '[]')
  from (select * from audit_events a where a.merchant_id = o.merchant_id and a.order_id = o.order_id
    and (a.subject_id = o.id or a.after->>'outboundOrderId' = o.id::text) order by a.id desc limit ${shownEvents}) as e`;

type RawDetail = RawOutbound & {
  created_by: string;
  picked_at: string | null;
  packed_at: string | null;
  cancelled_at: string | null;
  exception_at: string | null;
  exception_by: string | null;
  buyer_note: string | null;
  recipient: Recipient | string | null;
  label_id: string | null;
  label_name: string | null;
  label_size: number | null;
  detail_lines: unknown;
  shipments: unknown;
  events: unknown;
};

type RawLine = {
  id: string;
  orderLineId: string;
  name: string;
  platformSku: string | null;
  quantity: number;
  quantityShipped: number;
  components: OutboundComponent[];
};
type RawShipment = {
  id: string;
  carrierName: string;
  service: string | null;
  trackingNumber: string;
  trackingUrl: string | null;
  shippedAt: string;
  createdBy: string;
  lines: { orderLineId: string; name: string; quantity: number }[];
  writeback: {
    state: string;
    errorMessage: string | null;
    nextAttemptAt: string | null;
    acceptedAt: string | null;
  } | null;
};
type RawEvent = { at: string; actorName: string; via: string; event: string; note: string | null };

const toDetail = (raw: RawDetail): OutboundDetail => ({
  ...toOutboundRow(raw),
  channelId: raw.shipping_channel_id,
  storeId: raw.store_id,
  createdBy: raw.created_by,
  pickedAt: momentOrNull(raw.picked_at),
  packedAt: momentOrNull(raw.packed_at),
  cancelledAt: momentOrNull(raw.cancelled_at),
  exceptionAt: momentOrNull(raw.exception_at),
  exceptionBy: raw.exception_by,
  buyerNote: raw.buyer_note,
  recipient: typeof raw.recipient === 'string' ? JSON.parse(raw.recipient) : raw.recipient,
  labelFile:
    raw.label_id === null ? null : { id: raw.label_id, name: raw.label_name ?? 'label.pdf', size: raw.label_size ?? 0 },
  lines: jsonArray<RawLine>(raw.detail_lines),
  shipments: jsonArray<RawShipment>(raw.shipments).map((shipment) => ({
    ...shipment,
    shippedAt: moment(shipment.shippedAt),
    writeback:
      shipment.writeback === null
        ? null
        : {
            ...shipment.writeback,
            nextAttemptAt: momentOrNull(shipment.writeback.nextAttemptAt),
            acceptedAt: momentOrNull(shipment.writeback.acceptedAt),
          },
  })),
  events: jsonArray<RawEvent>(raw.events).map((event) => ({ ...event, at: moment(event.at) })),
});

async function read(db: Drizzle, scopes: readonly OutboundScope[], ids: readonly string[]): Promise<OutboundDetail[]> {
  if (scopes.length === 0 || ids.length === 0) return [];
  const rows = await db.execute<RawDetail>(sql`
    select ${outboundColumns}, o.created_by, o.picked_at, o.packed_at, o.cancelled_at, o.exception_at, o.exception_by,
      re.buyer_note, f.id as label_id, f.name as label_name, f.size as label_size,
      case when re.id is null or re.purged_at is not null then null else json_build_object('name', re.name,
        'phone', re.phone, 'email', re.email, 'country', re.country, 'state', re.state, 'city', re.city,
        'district', re.district, 'address1', re.address1, 'address2', re.address2, 'zip', re.zip,
        'pickupPointCode', re.pickup_point_code) end as recipient,
      (${lines}) as detail_lines, (${shipments}) as shipments, (${events}) as events
    from unnest(${sql.param([...ids])}::uuid[]) with ordinality as wanted(id, place)
    cross join ${scopeTable(scopes)}
    join outbound_orders o on o.id = wanted.id and ${inScope}
    ${outboundJoins}
    left join files f on f.merchant_id = o.merchant_id and f.id = o.label_file_id
    order by wanted.place`);
  return rows.map(toDetail);
}

export const createShowOutbound =
  (db: Drizzle): ShowOutbound =>
  async ({ scopes, outboundOrderId }) =>
    (await read(db, scopes, [outboundOrderId]))[0] ?? null;

export const createShowOutbounds =
  (db: Drizzle): ShowOutbounds =>
  ({ scopes, outboundOrderIds }) =>
    read(db, scopes, outboundOrderIds);

export function createReadLabel(db: Drizzle): ReadLabel {
  return async ({ scopes, outboundOrderId }) => {
    if (scopes.length === 0) return null;
    const [file] = await db.execute<{ name: string; content_type: string; body: Uint8Array }>(sql`
      select f.name, f.content_type, f.body from ${scopeTable(scopes)}
      join outbound_orders o on o.id = ${outboundOrderId}::uuid and ${inScope}
      join files f on f.merchant_id = o.merchant_id and f.id = o.label_file_id`);
    return file === undefined ? null : { name: file.name, contentType: file.content_type, body: file.body };
  };
}
