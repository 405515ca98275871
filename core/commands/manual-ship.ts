import { z } from 'zod';
import { decide } from '../order/decide.ts';
import { orderIdField, versionField } from '../order/fields.ts';
import { onOrder } from '../order/on-order.ts';
import { record } from '../order/record.ts';
import type { OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type CarrierChoice, carrierField } from '../shipment/carrier-choice.ts';
import { freeTrackingNumber, sharedNumberField } from '../shipment/free-tracking-number.ts';
import { saveShipment } from '../shipment/save-shipment.ts';
import { takesWriteback } from '../shipment/takes-writeback.ts';
import { parseTrackingNumber } from '../shipment/tracking-number.ts';
import { typedLine } from '../typed-text.ts';

export interface ManualShipInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly trackingNumber: string;
  /** A typed name that reads the same as one enabled carrier of the desk is that carrier. */
  readonly carrier: CarrierChoice;
  readonly service?: string | undefined;
  /** Why another order travels with the same number; needed where one does. */
  readonly override?: { readonly note: string } | undefined;
}

const schema = z.object({
  orderId: orderIdField,
  expectedVersion: versionField,
  trackingNumber: z.string('Give the tracking number.'),
  carrier: carrierField,
  service: typedLine().max(100, 'Use at most 100 characters.').optional(),
  override: sharedNumberField,
});

/**
 * A person shipped it, outside the warehouse: all that is left goes with one tracking number. An outbound order not yet
 * begun is recalled first. For a shipped order whose writeback was refused it gives the platform other tracking
 * instead. The order is `shipped` until the platform accepts, then `manual_completed` (at once where it takes none).
 * Refusals: `not_permitted`, `not_found`, `stale_version`, `not_in_status`, `held`, `warehouse_begun`, `tracking_…`
 * (`tracking_in_use` until `override` says why two orders share a number), `no_shippable_items`.
 */
export async function manualShip(
  ports: BasePorts & OutgoingPorts,
  input: ManualShipInput,
): Promise<Result<{ shipmentId: string; version: number; status: OrderStatus }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const tracking = parseTrackingNumber(parsed.value.trackingNumber);
  if (!tracking.ok) return tracking;
  const { orderId, expectedVersion, carrier, service } = parsed.value;
  return onOrder(ports, { merchantId, orderId, expectedVersion }, async (tx, order, now) => {
    const isTaken = takesWriteback(ports.connectors, order.platform);
    const decided = decide(order, { type: 'manual_ship', takesWriteback: isTaken }, now);
    if (!decided.ok) return decided;
    const by = await carrierOf(ports, tx, carrier);
    if (!by.ok) return by;
    const byHand = decided.value.find((event) => event.type === 'shipped_by_hand');
    const again = decided.value.find((event) => event.type === 'reshipped_by_hand');
    const parcel = { ...by.value, trackingNumber: tracking.value };
    const replacing = { ...parcel, replaces: again?.shipmentIds };
    const number = await freeTrackingNumber(ports, tx, order, replacing, parsed.value.override);
    if (!number.ok) return number;
    const lines = byHand?.lines ?? (await ports.shipments.linesOf(tx, merchantId, again?.shipmentIds ?? []));
    const shipment = {
      outboundOrderId: null,
      ...parcel,
      service: service || null,
      shippedAt: now,
      lines,
    };
    const shipmentId = await saveShipment(ports, tx, order, actor, shipment, isTaken, now);
    await ports.shipments.replace(tx, merchantId, again?.shipmentIds ?? [], shipmentId);
    const after = { shipmentId, trackingNumber: tracking.value, ...number.value };
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value, after }], now);
    const moves = decided.value.filter((event) => event.type === 'moved');
    return ok({ shipmentId, version: order.version + moves.length, status: moves.at(-1)?.to ?? order.status });
  });
}

async function carrierOf(
  ports: OutgoingPorts,
  tx: Tx,
  carrier: CarrierChoice,
): Promise<Result<{ carrierId: string | null; carrierName: string }>> {
  if ('name' in carrier) {
    const listed = await ports.carriers.named(tx, carrier.name);
    return ok(
      listed === null
        ? { carrierId: null, carrierName: carrier.name }
        : { carrierId: listed.id, carrierName: listed.name },
    );
  }
  const found = await ports.carriers.find(tx, carrier.id);
  if (found === null) return refuse('not_found', 'There is no such carrier.', 'carrier');
  return ok({ carrierId: found.id, carrierName: found.name });
}
