import { z } from 'zod';
import { decide } from '../order/decide.ts';
import { orderIdField } from '../order/fields.ts';
import { record } from '../order/record.ts';
import type { OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';
import { putBack } from '../sync/put-back.ts';

export interface UndoDispatchInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
}

const schema = z.object({ orderId: orderIdField });

/**
 * Takes a dispatch back within 30 seconds, by the person who made it, while the warehouse has not begun: the outbound
 * order is cancelled, its stock is free, the order is where it was, its holds judged anew. Mappings bound in the dialog
 * stay. Refusals: `not_permitted`, `not_found`, `not_in_status`, `undo_too_late`, `undo_not_yours`, `warehouse_begun`,
 * `platform_told`.
 */
export async function undoDispatch(
  ports: BasePorts & OutgoingPorts & IntakePorts,
  input: UndoDispatchInput,
): Promise<Result<{ version: number; status: OrderStatus }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId } = parsed.value;
  return putBack(ports, { actor, merchantId, orderId }, async (tx, order, now) => {
    const decided = decide(order, { type: 'undo_dispatch', personId: actor.personId }, now);
    if (!decided.ok) return decided;
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value }], now);
    if (order.lastDeed !== null) {
      // The channel is not chosen any more; mappings and stock speak for themselves.
      const codes = ['shipping_method_missing', 'shipping_method_unmapped'] as const;
      const which = { resolution: 'dispatched', closedAt: order.lastDeed.at, codes };
      await ports.dispatchHolds.reopen(tx, merchantId, orderId, which);
      await ports.exceptions.reopen(tx, merchantId, orderId, { resolution: 'dispatch', closedAt: order.lastDeed.at });
    }
    return ok(decided.value.findLast((event) => event.type === 'moved')?.to ?? order.status);
  });
}
