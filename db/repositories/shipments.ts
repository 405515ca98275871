import { sql } from 'drizzle-orm';
import type { ShipmentRepository } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { moment } from '../queries/rows.ts';
import { ids, recordSet } from './record-set.ts';

export const shipmentRepository: ShipmentRepository = {
  async create(tx, merchantId, shipments, createdBy) {
    if (shipments.length === 0) return;
    const db = unwrap(tx);
    const heads = shipments.map(({ lines: _, ...head }) => head);
    await db.execute(sql`
      insert into shipments (id, merchant_id, order_id, outbound_order_id, carrier_id, carrier_name, service,
        tracking_number, shipped_at, created_by)
      select r.id, ${merchantId}::uuid, r."orderId", r."outboundOrderId", r."carrierId", r."carrierName", r.service,
        r."trackingNumber", r."shippedAt", ${createdBy}
      from ${recordSet(
        heads,
        `id uuid, "orderId" uuid, "outboundOrderId" uuid, "carrierId" uuid, "carrierName" text, service text,
         "trackingNumber" text, "shippedAt" timestamptz`,
      )}`);
    const lines = shipments.flatMap((shipment) => shipment.lines.map((line) => ({ ...line, shipmentId: shipment.id })));
    await db.execute(sql`
      insert into shipment_lines (merchant_id, shipment_id, order_line_id, quantity)
      select ${merchantId}::uuid, r."shipmentId", r."orderLineId", sum(r.quantity)
      from ${recordSet(lines, '"shipmentId" uuid, "orderLineId" uuid, quantity int')} group by 2, 3`);
  },

  async replace(tx, merchantId, shipmentIds, replacedById) {
    if (shipmentIds.length === 0) return;
    await unwrap(tx).execute(sql`
      update shipments set replaced_by_id = ${replacedById}
      where merchant_id = ${merchantId} and id = any(${ids(shipmentIds)})`);
  },

  async linesOf(tx, merchantId, shipmentIds) {
    const rows = await unwrap(tx).execute<{ orderLineId: string; quantity: number }>(sql`
      select order_line_id as "orderLineId", sum(quantity)::int as quantity from shipment_lines
      where merchant_id = ${merchantId} and shipment_id = any(${ids(shipmentIds)}) group by 1 order by 1`);
    return [...rows];
  },

  async untold(tx, merchantId, orderId) {
    const rows = await unwrap(tx).execute<{ id: string }>(sql`
      select s.id from shipments s where s.merchant_id = ${merchantId} and s.order_id = ${orderId}
        and not exists (select from writebacks w where w.merchant_id = s.merchant_id and w.shipment_id = s.id)
      order by s.shipped_at, s.id`);
    return [...rows];
  },

  async withNumber(tx, merchantId, { carrierId, carrierName, trackingNumber }) {
    const db = unwrap(tx);
    const upper = trackingNumber.toUpperCase();
    await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`shipment ${merchantId} ${upper}`}, 0))`);
    const spellings = [...new Set([trackingNumber, upper, trackingNumber.toLowerCase()])];
    const rows = await db.execute<{
      shipmentId: string;
      orderId: string;
      orderNumber: string;
      carrierName: string;
      shippedAt: string;
    }>(sql`
      select s.id as "shipmentId", s.order_id as "orderId", o.platform_order_number as "orderNumber",
        s.carrier_name as "carrierName", s.shipped_at as "shippedAt"
      from shipments s join orders o on o.merchant_id = s.merchant_id and o.id = s.order_id
      where s.merchant_id = ${merchantId}::uuid and s.tracking_number = any(${sql.param(spellings)}::text[])
        and (s.carrier_id = ${carrierId}::uuid or lower(s.carrier_name) = lower(${carrierName}))
      order by s.shipped_at desc, s.id limit 20`);
    return rows.map((row) => ({ ...row, shippedAt: moment(row.shippedAt) }));
  },
};
