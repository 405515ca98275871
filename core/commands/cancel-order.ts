import { z } from 'zod';
import { profileOf } from '../dispatch/look-again.ts';
import { newId } from '../ids.ts';
import { decide } from '../order/decide.ts';
import { optionalReasonField, orderIdField, versionField } from '../order/fields.ts';
import { undoMs } from '../order/lifecycle.ts';
import { onOrder } from '../order/on-order.ts';
import { record } from '../order/record.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

export interface CancelOrderInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  readonly expectedVersion: number;
  /** False: here only. True: the platform is told too, once the time to undo is over. */
  readonly atPlatform: boolean;
  /** Required where the platform is told: it gets these words. */
  readonly reason?: string | null | undefined;
}

const schema = z.object({
  orderId: orderIdField,
  expectedVersion: versionField,
  atPlatform: z.boolean(),
  reason: optionalReasonField,
});

/**
 * Cancels an order that the warehouse has not begun; its outbound order and its stock go too. Can be undone for 30
 * seconds by the same person, so the platform is told only after that. Refusals: `not_permitted`, `not_found`,
 * `stale_version`, `not_in_status`, `warehouse_begun`, `cannot_cancel_there`.
 */
export async function cancelOrder(
  ports: BasePorts & OutgoingPorts,
  input: CancelOrderInput,
): Promise<Result<{ version: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, expectedVersion, atPlatform, reason } = parsed.value;
  if (atPlatform && reason === null) {
    return refuse('reason_missing', 'Give the reason that the platform is told.', 'reason');
  }
  return onOrder(ports, { merchantId, orderId, expectedVersion }, async (tx, order, now) => {
    const profile = profileOf(ports.connectors, order.platform);
    if (atPlatform && profile?.capabilities.cancel !== true) {
      return refuse(
        'cannot_cancel_there',
        `${profile?.name ?? 'This platform'} takes no cancellations from here. Cancel it here only, and there by hand.`,
        'atPlatform',
      );
    }
    const decided = decide(order, { type: 'cancel' }, now);
    if (!decided.ok) return decided;
    const after = { atPlatform };
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value, note: reason, after }], now);
    if (atPlatform) await tellCancellation(ports, tx, order, reason, now);
    return ok({ version: order.version + 1 });
  });
}

async function tellCancellation(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  reason: string | null,
  now: Date,
): Promise<void> {
  const { merchantId, storeId, authorizationId, id: orderId } = order;
  const id = newId();
  const row = { id, storeId, authorizationId, orderId, shipmentId: null, kind: 'cancellation' as const, reason };
  await ports.writebacks.create(tx, merchantId, [row], now);
  const runAt = new Date(now.getTime() + undoMs);
  await ports.writebacks.change(tx, merchantId, id, { nextAttemptAt: runAt }, now);
  await ports.jobs.enqueue(tx, [writebackJob({ id, merchantId, authorizationId, orderId }, runAt)]);
}
