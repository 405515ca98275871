import { z } from 'zod';
import { decide } from '../order/decide.ts';
import { orderIdField, reasonField, versionField } from '../order/fields.ts';
import { onOrder } from '../order/on-order.ts';
import { record } from '../order/record.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';

export interface CloseByHandInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

const schema = z.object({
  orderId: orderIdField,
  expectedVersion: versionField,
  reason: reasonField('Say why this order is closed without the platform.'),
});

/**
 * An admin ends an order whose shipment the platform refuses for good: nothing more is told or shipped, its exceptions
 * close. Refusals: `not_permitted`, `not_found`, `stale_version`, `not_in_status`, `writeback_not_failed`.
 */
export async function closeByHand(
  ports: BasePorts & OutgoingPorts,
  input: CloseByHandInput,
): Promise<Result<{ version: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'administer', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, expectedVersion, reason } = parsed.value;
  return onOrder(ports, { merchantId, orderId, expectedVersion }, async (tx, order, now) => {
    const decided = decide(order, { type: 'close_by_hand' }, now);
    if (!decided.ok) return decided;
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value, note: reason }], now);
    return ok({ version: order.version + 1 });
  });
}
