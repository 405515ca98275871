import { z } from 'zod';
import { decide } from '../order/decide.ts';
import { orderIdField, reasonField, versionField } from '../order/fields.ts';
import { onOrder } from '../order/on-order.ts';
import { record } from '../order/record.ts';
import type { OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';
import { tellShipment } from '../shipment/save-shipment.ts';
import { takesWriteback } from '../shipment/takes-writeback.ts';

export interface CancelRestInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

const schema = z.object({
  orderId: orderIdField,
  expectedVersion: versionField,
  reason: reasonField('Say why the rest will not ship.'),
});

/**
 * The lines that have not left will not: the outbound order closes, its stock is free, the order counts as shipped. No
 * platform here takes the cancellation of single lines, so the rest is to be refunded there by hand; what has left is
 * told. Refusals: `not_permitted`, `not_found`, `stale_version`, `not_in_status`.
 */
export async function cancelRest(
  ports: BasePorts & OutgoingPorts,
  input: CancelRestInput,
): Promise<Result<{ version: number; status: OrderStatus }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, expectedVersion, reason } = parsed.value;
  return onOrder(ports, { merchantId, orderId, expectedVersion }, async (tx, order, now) => {
    const isTaken = takesWriteback(ports.connectors, order.platform);
    const decided = decide(order, { type: 'cancel_rest', takesWriteback: isTaken }, now);
    if (!decided.ok) return decided;
    if (isTaken && !order.writebacks.some((writeback) => writeback.kind === 'shipment')) {
      // A platform that takes one shipment an order was waiting for the last parcel: this was it.
      const last = (await ports.shipments.untold(tx, merchantId, orderId)).at(-1);
      if (last !== undefined) await tellShipment(ports, tx, order, last.id, now);
    }
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value, note: reason }], now);
    const moves = decided.value.filter((event) => event.type === 'moved');
    return ok({ version: order.version + moves.length, status: moves.at(-1)?.to ?? order.status });
  });
}
