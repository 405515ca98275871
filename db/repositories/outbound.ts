import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { DispatchChannel, DispatchTarget, OutboundRepository, Recipe } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { files } from '../schema/index.ts';
import { recordSet } from './record-set.ts';

type WarehouseRow = DispatchTarget['warehouse'] & { [column: string]: unknown };
type ChannelRow = DispatchChannel & { [column: string]: unknown };

const warehouseColumns = sql`w.id, w.code, w.name, w.kind, w.enabled, w.allows_backorder as "allowsBackorder"`;
const channelColumns = sql`c.id, c.warehouse_id as "warehouseId", c.name, c.carrier_id as "carrierId",
  k.name as "carrierName", c.service_level as "serviceLevel", c.self_pickup as "selfPickup",
  c.cash_on_delivery as "cashOnDelivery", c.enabled`;

export const outboundRepository: OutboundRepository = {
  async target(tx, merchantId, warehouseId, shippingChannelId) {
    const db = unwrap(tx);
    const [warehouse] = await db.execute<WarehouseRow>(sql`
      select ${warehouseColumns}, coalesce((select json_agg(s.kind) from services s where s.merchant_id = ${merchantId}
        and s.warehouse_id = w.id and s.enabled), '[]') as services
      from warehouses w where w.id = ${warehouseId}`);
    const [channel] = await db.execute<ChannelRow>(sql`
      select ${channelColumns} from shipping_channels c join carriers k on k.id = c.carrier_id
      where c.id = ${shippingChannelId}`);
    return warehouse === undefined || channel === undefined ? null : { warehouse, channel };
  },

  async targets(tx, merchantId) {
    const db = unwrap(tx);
    const warehouses = await db.execute<WarehouseRow>(sql`
      select ${warehouseColumns}, json_agg(s.kind) as services
      from warehouses w join services s on s.warehouse_id = w.id and s.merchant_id = ${merchantId} and s.enabled
      where w.enabled group by w.id order by w.name`);
    const channels = await db.execute<ChannelRow>(sql`
      select ${channelColumns} from shipping_channels c join carriers k on k.id = c.carrier_id
      where c.enabled and c.warehouse_id in (select s.warehouse_id from services s
        where s.merchant_id = ${merchantId} and s.enabled)
      order by c.name`);
    return warehouses.map((warehouse) => ({
      warehouse,
      channels: channels.filter((channel) => channel.warehouseId === warehouse.id),
    }));
  },

  async recipes(tx, merchantId, keys) {
    if (keys.length === 0) return [];
    const rows = await unwrap(tx).execute<Recipe & { [column: string]: unknown }>(sql`
      select m.store_id as "storeId", m.key_kind as "keyKind", m.key, m.id as "mappingId",
        json_agg(json_build_object('productId', c.product_id, 'sku', p.sku, 'quantity', c.quantity)
          order by c.product_id) as components
      from (select distinct "storeId", "keyKind", key from ${recordSet(keys, '"storeId" uuid, "keyKind" text, key text')}) r
      join sku_mappings m on m.merchant_id = ${merchantId} and m.store_id = r."storeId" and m.key_kind = r."keyKind"
        and m.key = r.key and m.superseded_at is null
      join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
      join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
      group by m.store_id, m.key_kind, m.key, m.id`);
    return [...rows];
  },

  async create(tx, merchantId, orders, by, at) {
    if (orders.length === 0) return new Map();
    const db = unwrap(tx);
    const heads = orders.map(({ lines: _, ...head }) => head);
    const numbers = await db.execute<{ id: string; number: string }>(sql`
      insert into outbound_orders (id, merchant_id, order_id, store_id, warehouse_id, shipping_channel_id, cod_amount,
        currency, tracking_number, label_file_id, created_by, created_by_person_id, created_at)
      select r.id, ${merchantId}::uuid, r."orderId", r."storeId", r."warehouseId", r."shippingChannelId", r."codAmount",
        r.currency, r."trackingNumber", r."labelFileId", ${by.name}, ${by.personId}::uuid, ${at.toISOString()}::timestamptz
      from ${recordSet(
        heads,
        `id uuid, "orderId" uuid, "storeId" uuid, "warehouseId" uuid, "shippingChannelId" uuid, "codAmount" numeric,
         currency text, "trackingNumber" text, "labelFileId" uuid`,
      )}
      returning id, number`);
    const lines = orders.flatMap((order) =>
      order.lines.map(({ components: _, ...line }) => ({ ...line, outboundOrderId: order.id })),
    );
    await db.execute(sql`
      insert into outbound_lines (id, merchant_id, outbound_order_id, order_line_id, quantity, mapping_id)
      select r.id, ${merchantId}::uuid, r."outboundOrderId", r."orderLineId", r.quantity, r."mappingId"
      from ${recordSet(lines, 'id uuid, "outboundOrderId" uuid, "orderLineId" uuid, quantity int, "mappingId" uuid')}`);
    const components = orders.flatMap((order) =>
      order.lines.flatMap((line) => line.components.map((part) => ({ ...part, outboundLineId: line.id }))),
    );
    await db.execute(sql`
      insert into outbound_components (merchant_id, outbound_line_id, product_id, per_unit)
      select ${merchantId}::uuid, r."outboundLineId", r."productId", r."perUnit"
      from ${recordSet(components, '"outboundLineId" uuid, "productId" uuid, "perUnit" int')}`);
    return new Map(numbers.map((row) => [row.id, Number(row.number)]));
  },

  async change(tx, merchantId, changes, at) {
    if (changes.length === 0) return;
    const rows = changes.map((change) => ({
      ...change,
      exceptionReason: change.exceptionReason ?? null,
      setsException: change.exceptionReason !== undefined,
    }));
    const now = sql`${at.toISOString()}::timestamptz`;
    await unwrap(tx).execute(sql`
      update outbound_orders o set status = r.status, recall = r.recall, version = o.version + 1,
        exception_reason = case when r."setsException" then r."exceptionReason" else o.exception_reason end,
        exception_at = case when not r."setsException" then o.exception_at when r."exceptionReason" is null then null
          else ${now} end,
        exception_by = case when not r."setsException" then o.exception_by when r."exceptionReason" is null then null
          else r.by end,
        picked_at = case when r.status = 'created' then null when r.status = 'cancelled' then o.picked_at
          else coalesce(o.picked_at, ${now}) end,
        packed_at = case when r.status in ('created', 'picking') then null when r.status = 'cancelled' then o.packed_at
          else coalesce(o.packed_at, ${now}) end,
        shipped_at = case when r.status = 'shipped' then coalesce(o.shipped_at, ${now}) else o.shipped_at end,
        cancelled_at = case when r.status = 'cancelled' then ${now} end
      from ${recordSet(
        rows,
        `"outboundOrderId" uuid, status text, recall text, "exceptionReason" text, "setsException" boolean, by text`,
      )}
      where o.merchant_id = ${merchantId} and o.id = r."outboundOrderId"`);
  },

  async addShipped(tx, merchantId, lines) {
    if (lines.length === 0) return;
    await unwrap(tx).execute(sql`
      update outbound_lines l set quantity_shipped = l.quantity_shipped + r.quantity
      from ${recordSet(lines, '"outboundLineId" uuid, quantity int')}
      where l.merchant_id = ${merchantId} and l.id = r."outboundLineId"`);
  },

  async find(tx, merchantId, outboundOrderId) {
    const [row] = await unwrap(tx).execute<{ orderId: string; warehouseId: string; shippingChannelId: string }>(sql`
      select order_id as "orderId", warehouse_id as "warehouseId", shipping_channel_id as "shippingChannelId"
      from outbound_orders where merchant_id = ${merchantId} and id = ${outboundOrderId}`);
    return row ?? null;
  },

  async saveLabel(tx, merchantId, file) {
    await unwrap(tx)
      .insert(files)
      .values({
        id: file.id,
        merchantId,
        kind: 'label',
        name: file.name,
        contentType: 'application/pdf',
        size: file.body.byteLength,
        sha256: createHash('sha256').update(file.body).digest('hex'),
        body: file.body,
        purgeAt: file.purgeAt,
      });
  },
};
