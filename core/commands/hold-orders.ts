import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField, line } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { statusWord } from '../order/needs.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakeOrder, IntakePorts, NewHold } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { typedText } from '../typed-text.ts';

/** What one action may touch: a page of selections, not a whole desk. */
export const maxOrdersPerAction = 1_000;

/** What became of one order of a batch. */
export interface OrderResult {
  readonly orderId: string;
  /** The platform's number; '' when there is no such order. */
  readonly number: string;
  readonly ok: boolean;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export interface HoldOrdersInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderIds: readonly string[];
  readonly reason: string;
  readonly note?: string | undefined;
  /** Released by itself at this moment. */
  readonly releaseAt?: Date | undefined;
}

const schema = z.object({
  orderIds: z
    .array(idField('There is no such order.'))
    .min(1, 'Choose an order.')
    .max(maxOrdersPerAction, `Choose at most ${maxOrdersPerAction} orders.`)
    .transform((ids) => [...new Set(ids)]),
  reason: line('Reason', 80),
  note: typedText().max(1_000, 'At most 1000 characters.').optional(),
  releaseAt: z.date('This is not a time.').optional(),
});

/**
 * Parks orders: they keep their stock and wait until a person releases them, or the time does. One result an order;
 * codes `not_found`, `not_in_status`, `already_held`. Refusals of the whole: `not_permitted`, `invalid_input`.
 */
export async function holdOrders(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: HoldOrdersInput,
): Promise<Result<{ readonly results: readonly OrderResult[] }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderIds, reason, note, releaseAt } = parsed.value;
  const now = ports.clock.now();
  if (releaseAt !== undefined && releaseAt <= now) {
    return refuse('invalid_input', 'Choose a release time in the future.', 'releaseAt');
  }
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const orders = new Map((await intake.orders.lock(tx, merchantId, orderIds)).map((order) => [order.id, order]));
    const results = orderIds.map((orderId) => judge(orderId, orders.get(orderId), reason));
    const held = results.filter((result) => result.ok).map((result) => result.orderId);
    const holds = held.map(
      (orderId): NewHold => ({
        id: newId(),
        orderId,
        code: 'operator_hold',
        origin: 'person',
        subject: reason,
        detail: { reason },
        note: note === '' ? null : note,
        releaseAt,
      }),
    );
    await intake.holds.open(tx, merchantId, holds, actor, now);
    await intake.orders.markTouched(tx, merchantId, held, now);
    await ports.audit.append(
      tx,
      held.map((orderId) => ({
        merchantId,
        actor,
        at: now,
        event: 'order.held',
        subjectType: 'order' as const,
        subjectId: orderId,
        orderId,
        after: { reason, releaseAt: releaseAt?.toISOString() ?? null },
        note: note ?? null,
      })),
    );
    if (held.length > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ results });
  });
}

function judge(orderId: string, order: IntakeOrder | undefined, reason: string): OrderResult {
  if (order === undefined) {
    return { orderId, number: '', ok: false, code: 'not_found', message: 'There is no such order.' };
  }
  const number = order.platformOrderNumber;
  if (order.status !== 'pending' && order.status !== 'acknowledged') {
    const message = `${number} is ${statusWord(order.status)}: only orders that have not gone to a warehouse can be parked. Undo or cancel the dispatch first.`;
    return { orderId, number, ok: false, code: 'not_in_status', message };
  }
  if (order.openHolds.some((hold) => hold.code === 'operator_hold' && hold.subject === reason)) {
    const message = `${number} is parked for this reason already.`;
    return { orderId, number, ok: false, code: 'already_held', message };
  }
  return { orderId, number, ok: true };
}
