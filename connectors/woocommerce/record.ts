import { z } from 'zod';
import type { PlatformShipment, ShipmentToTell } from '../../core/ports/connector.ts';
import { type Meta, tracking } from './wire.ts';

/**
 * Our own record on the order: WooCommerce knows no shipments with lines, and gives no error for a repeated one. One
 * entry a shipment, upserted whole by its key.
 */
export const recordKey = '_holdfast_shipments';

const entry = z.looseObject({
  id: z.string(),
  number: z.string(),
  lines: z.array(z.looseObject({ id: z.string(), qty: z.number().int().positive() })),
});
export type RecordEntry = z.infer<typeof entry>;

const metaValue = (meta: Meta, key: string): unknown => meta?.find((item) => item.key === key)?.value;

/** Entries that cannot be read are left out: they are then neither ours nor lost, only unknown. */
export function recordOf(meta: Meta): readonly RecordEntry[] {
  const value = metaValue(meta, recordKey);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const parsed = entry.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

export const entryOf = (shipment: ShipmentToTell): RecordEntry => ({
  id: shipment.shipmentId,
  number: shipment.trackingNumber,
  lines: shipment.lines.map((line) => ({ id: line.platformLineId, qty: line.quantity })),
});

export const sameNumber = (a: string, b: string): boolean => bare(a) === bare(b);
const bare = (number: string): string => number.replace(/[\s-]/g, '').toUpperCase();

/** Tracking numbers on the order that somebody else put there (a plugin, the merchant). */
export function foreignNumbers(meta: Meta): readonly string[] {
  const items = metaValue(meta, '_wc_shipment_tracking_items');
  const single = metaValue(meta, '_tracking_number');
  const listed = Array.isArray(items)
    ? items.flatMap((item) => {
        const parsed = tracking.safeParse(item);
        return parsed.success && parsed.data.tracking_number ? [String(parsed.data.tracking_number)] : [];
      })
    : [];
  const all = typeof single === 'string' && single.trim() !== '' ? [...listed, single.trim()] : listed;
  const ours = recordOf(meta);
  return [...new Set(all)].filter((number) => !ours.some((item) => sameNumber(item.number, number)));
}

/** Ours with their lines; those of others without. */
export function shipmentsOf(meta: Meta): readonly PlatformShipment[] {
  const ours = recordOf(meta).map((item) => ({
    platformShipmentId: item.id,
    trackingNumbers: [item.number],
    lines: item.lines.map((line) => ({ platformLineId: line.id, quantity: line.qty })),
  }));
  const others = foreignNumbers(meta).map((number) => ({
    platformShipmentId: number,
    trackingNumbers: [number],
    lines: [],
  }));
  return [...ours, ...others];
}

/** Pieces shipped by line, as far as our own record tells. */
export function recordedQuantities(meta: Meta): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const { id, qty } of recordOf(meta).flatMap((item) => item.lines)) {
    quantities.set(id, (quantities.get(id) ?? 0) + qty);
  }
  return quantities;
}
