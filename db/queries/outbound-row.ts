import { type SQL, sql } from 'drizzle-orm';
import type { ToldHold } from '../../core/order/hold-text.ts';
import type { OutboundRow, OutboundScope, OutboundStatus, Recall } from '../../core/queries/list-outbound.ts';
import { holdsThatStopWork } from '../../core/shipment/held-back.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';

/** `scope(merchant_id, warehouse_ids)`; null warehouse_ids: all of them. */
export const scopeTable = (scopes: readonly OutboundScope[]): SQL => {
  const rows = scopes.map((scope) => ({
    merchant_id: scope.merchantId,
    warehouse_ids: scope.warehouseIds === 'all' ? null : scope.warehouseIds,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as scope(merchant_id uuid, warehouse_ids uuid[])`;
};

/** For a query that joins `scope` and has `o` as the outbound order. */
export const inScope: SQL = sql`o.merchant_id = scope.merchant_id
  and (scope.warehouse_ids is null or o.warehouse_id = any(scope.warehouse_ids))`;

export const outboundColumns: SQL = sql`o.id, o.merchant_id, o.number, o.status, o.recall, o.version, o.order_id,
  so.platform_order_number, so.ship_by, so.line_count, st.name as store_name, st.platform, o.store_id,
  o.warehouse_id, w.name as warehouse_name, ch.name as channel_name, o.shipping_channel_id, ch.carrier_id,
  ca.name as carrier_name, ch.service_level, ch.self_pickup, o.cod_amount, o.currency, o.tracking_number,
  o.exception_reason, re.city, re.country, o.created_at, o.created_at::text as created_key, o.shipped_at,
  work.lines, work.units_left, work.contents,
  case when so.open_hold_count = 0 then '[]' else (
    select coalesce(json_agg(json_build_object('code', h.code, 'subject', h.subject, 'origin', h.origin,
      'detail', h.detail) order by h.opened_at), '[]')
    from holds h where h.merchant_id = o.merchant_id and h.order_id = o.order_id and h.closed_at is null
      and h.code = any(${sql.param([...holdsThatStopWork])}::text[])) end as holds,
  case when so.open_exception_count = 0 then '[]' else (
    select coalesce(json_agg(e.message order by e.opened_at), '[]')
    from order_exceptions e where e.merchant_id = o.merchant_id and e.order_id = o.order_id and e.closed_at is null
      and e.code in ('platform_cancelled_after_dispatch', 'platform_changed_after_dispatch')) end as platform_changes`;

/** Joins of `outboundColumns`; `o` is the outbound order. Contents name three products, the rest is counted. */
export const outboundJoins: SQL = sql`
  join orders so on so.merchant_id = o.merchant_id and so.id = o.order_id
  join stores st on st.merchant_id = o.merchant_id and st.id = o.store_id
  join warehouses w on w.id = o.warehouse_id
  join shipping_channels ch on ch.id = o.shipping_channel_id
  join carriers ca on ca.id = ch.carrier_id
  left join recipients re on re.merchant_id = so.merchant_id
    and re.id = coalesce(so.corrected_recipient_id, so.recipient_id)
  left join lateral (
    select coalesce(max(lines), 0) as lines, coalesce(sum(units), 0) as units_left,
      coalesce(string_agg(sku || ' × ' || units, ', ' order by place) filter (where place <= 3), '')
        || case when count(*) > 3 then ' + ' || (count(*) - 3) || ' more' else '' end as contents
    from (
      select p.sku, sum((l.quantity - l.quantity_shipped) * c.per_unit) as units,
        row_number() over (order by p.sku) as place,
        (select count(*) from outbound_lines a where a.merchant_id = o.merchant_id and a.outbound_order_id = o.id) as lines
      from outbound_lines l
      join outbound_components c on c.merchant_id = l.merchant_id and c.outbound_line_id = l.id
      join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
      where l.merchant_id = o.merchant_id and l.outbound_order_id = o.id
      group by p.sku
    ) as needed
  ) as work on true`;

export type RawOutbound = {
  id: string;
  merchant_id: string;
  number: string;
  status: OutboundStatus;
  recall: Recall;
  version: number;
  order_id: string;
  platform_order_number: string;
  ship_by: string | null;
  store_name: string;
  platform: string;
  store_id: string;
  warehouse_id: string;
  warehouse_name: string;
  channel_name: string;
  shipping_channel_id: string;
  carrier_id: string;
  carrier_name: string;
  service_level: string;
  self_pickup: boolean;
  cod_amount: string | null;
  currency: string;
  tracking_number: string | null;
  exception_reason: string | null;
  city: string | null;
  country: string | null;
  created_at: string;
  created_key: string;
  shipped_at: string | null;
  lines: string;
  units_left: string;
  contents: string;
  holds: unknown;
  platform_changes: unknown;
};

export const toOutboundRow = (raw: RawOutbound): OutboundRow => ({
  id: raw.id,
  merchantId: raw.merchant_id,
  number: Number(raw.number),
  status: raw.status,
  recall: raw.recall,
  version: raw.version,
  orderId: raw.order_id,
  orderNumber: raw.platform_order_number,
  storeName: raw.store_name,
  platform: raw.platform,
  warehouseId: raw.warehouse_id,
  warehouseName: raw.warehouse_name,
  channelName: raw.channel_name,
  carrierId: raw.carrier_id,
  carrierName: raw.carrier_name,
  serviceLevel: raw.service_level,
  selfPickup: raw.self_pickup,
  codAmount: raw.cod_amount,
  currency: raw.currency,
  trackingNumber: raw.tracking_number,
  exceptionReason: raw.exception_reason,
  holds: jsonArray<ToldHold>(raw.holds),
  platformChanges: jsonArray<string>(raw.platform_changes),
  city: raw.city,
  country: raw.country,
  lineCount: Number(raw.lines),
  unitsLeft: Number(raw.units_left),
  contents: raw.contents,
  shipBy: momentOrNull(raw.ship_by),
  createdAt: moment(raw.created_at),
  shippedAt: momentOrNull(raw.shipped_at),
});
