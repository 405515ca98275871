import { z } from 'zod';
import { allOrNothing } from '../all-or-nothing.ts';
import { decide } from '../order/decide.ts';
import { orderIdField } from '../order/fields.ts';
import { type Deed, record } from '../order/record.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result } from '../result.ts';

export interface MarkShippedInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** 1 to 1,000. */
  readonly orderIds: readonly string[];
}

export interface MarkShippedResult {
  readonly orderId: string;
  /** Platform order number; '' for an order that does not exist. */
  readonly number: string;
  readonly ok: boolean;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

const limit = 1_000;

const schema = z.object({
  orderIds: z.array(orderIdField).min(1, 'Choose at least one order.').max(limit, `Choose at most ${limit} orders.`),
});

/**
 * Tells the platform again what it has not accepted, or what a read-back did not see; a result for each order. The
 * exception stays until the platform accepts. Pressed twice it is told once: the second finds it under way.
 */
export async function markShipped(
  ports: BasePorts & OutgoingPorts,
  input: MarkShippedInput,
): Promise<Result<readonly MarkShippedResult[]>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const orderIds = [...new Set(parsed.value.orderIds)];
  return allOrNothing<readonly MarkShippedResult[]>(ports.database, async (tx) => {
    const now = ports.clock.now();
    const orders = await ports.orderLocks.lock(tx, merchantId, orderIds);
    const deeds: Deed[] = [];
    const results = orders.map((order): MarkShippedResult => {
      const decided = decide(order, { type: 'mark_shipped' }, now);
      if (decided.ok) deeds.push({ order, events: decided.value });
      const { id: orderId, number } = order;
      return decided.ok
        ? { orderId, number, ok: true }
        : { orderId, number, ok: false, code: decided.error.code, message: decided.error.message };
    });
    await record(ports, tx, merchantId, actor, deeds, now);
    const byId = new Map(results.map((result) => [result.orderId, result]));
    return ok(orderIds.map((orderId) => byId.get(orderId) ?? unknown(orderId)));
  });
}

const unknown = (orderId: string): MarkShippedResult => ({
  orderId,
  number: '',
  ok: false,
  code: 'not_found',
  message: 'There is no such order.',
});
