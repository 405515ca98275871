import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { decide } from '../order/decide.ts';
import { versionField } from '../order/fields.ts';
import { record } from '../order/record.ts';
import type { OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { freeTrackingNumber, sharedNumberField } from '../shipment/free-tracking-number.ts';
import { notHeldBack } from '../shipment/held-back.ts';
import { onOutbound } from '../shipment/on-outbound.ts';
import { saveShipment } from '../shipment/save-shipment.ts';
import { takesPartialShipments, takesWriteback } from '../shipment/takes-writeback.ts';
import { parseTrackingNumber } from '../shipment/tracking-number.ts';
import { typedLine } from '../typed-text.ts';

export interface ConfirmShipmentInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly outboundOrderId: string;
  /** The version of the outbound order that the person saw. */
  readonly expectedVersion: number;
  /** Default: the carrier of the shipping channel. */
  readonly carrierId?: string | undefined;
  readonly service?: string | undefined;
  readonly trackingNumber: string;
  /** Why another order travels with the same number; needed where one does. */
  readonly override?: { readonly note: string } | undefined;
  /** What is in this parcel, in the platform's units; default: all that is left. */
  readonly lines?: readonly { readonly outboundLineId: string; readonly quantity: number }[] | undefined;
  /** Default: now. */
  readonly shippedAt?: Date | undefined;
}

export interface ConfirmedShipment {
  readonly shipmentId: string;
  readonly orderStatus: OrderStatus;
}

/** A warehouse's clock may run ahead of ours by this much, in ms. */
const clockSkewMs = 5 * 60_000;

const schema = z.object({
  outboundOrderId: idField('There is no such outbound order.'),
  expectedVersion: versionField,
  carrierId: idField('There is no such carrier.').optional(),
  service: typedLine().max(100, 'Use at most 100 characters.').optional(),
  trackingNumber: z.string('Give the tracking number.'),
  override: sharedNumberField,
  lines: z
    .array(
      z.object({
        outboundLineId: idField('There is no such line.'),
        quantity: z.int('A quantity is a whole number.').min(0, 'A quantity is not negative.'),
      }),
    )
    .min(1, 'Name at least one line.')
    .optional(),
  shippedAt: z.date('This is not a time.').optional(),
});

/**
 * Records that one parcel has left: stock goes, the order becomes shipped (partially, while lines are left), and the
 * platform is told by the writeback that is written in the same transaction. Refusals: `not_permitted`, `not_found`,
 * `stale_version`, `held`, `tracking_…` (`tracking_in_use` until `override` says why two orders share a number), `quantity_too_high`, `outbound_closed`, `outbound_exception`.
 */
export async function confirmShipment(
  ports: BasePorts & OutgoingPorts,
  input: ConfirmShipmentInput,
): Promise<Result<ConfirmedShipment>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_outbound', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const trackingNumber = parseTrackingNumber(parsed.value.trackingNumber);
  if (!trackingNumber.ok) return trackingNumber;
  const { outboundOrderId, expectedVersion, carrierId } = parsed.value;
  return onOutbound<ConfirmedShipment>(
    ports,
    { actor, merchantId, outboundOrderId, expectedVersion },
    async (tx, order, outbound, now) => {
      const free = notHeldBack(order);
      if (!free.ok) return free;
      const shippedAt = parsed.value.shippedAt ?? now;
      if (shippedAt.getTime() > now.getTime() + clockSkewMs) {
        return refuse('shipped_in_future', 'The time of shipping lies in the future.', 'shippedAt');
      }
      const target = await ports.outbound.target(tx, merchantId, outbound.warehouseId, outbound.shippingChannelId);
      const carrier = await ports.carriers.find(tx, carrierId ?? target?.channel.carrierId ?? '');
      if (carrier === null) return refuse('not_found', 'There is no such carrier.', 'carrierId');
      const isTaken = takesWriteback(ports.connectors, order.platform);
      const lines = parsed.value.lines ?? [];
      const decided = decide(order, { type: 'confirm_shipment', outboundOrderId, lines, takesWriteback: isTaken }, now);
      if (!decided.ok) return decided;
      const parcel = { carrierId: carrier.id, carrierName: carrier.name, trackingNumber: trackingNumber.value };
      const number = await freeTrackingNumber(ports, tx, order, parcel, parsed.value.override);
      if (!number.ok) return number;
      const shipped = decided.value.find((event) => event.type === 'outbound_shipped');
      const orderStatus = decided.value.findLast((event) => event.type === 'moved')?.to ?? order.status;
      const shipmentId = await saveShipment(
        ports,
        tx,
        order,
        actor,
        {
          outboundOrderId,
          ...parcel,
          service: parsed.value.service || (target?.channel.serviceLevel ?? null),
          shippedAt,
          lines: (shipped?.lines ?? []).map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
        },
        isTaken && (orderStatus === 'shipped' || takesPartialShipments(ports.connectors, order.platform)),
        now,
      );
      const after = { shipmentId, outboundOrderId, trackingNumber: trackingNumber.value, ...number.value };
      await record(ports, tx, merchantId, actor, [{ order, events: decided.value, after }], now);
      return ok({ shipmentId, orderStatus });
    },
  );
}
