import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { reasonField } from '../order/fields.ts';
import { isOpen } from '../order/order-state.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { onOutbound } from '../shipment/on-outbound.ts';

export interface MarkOutboundExceptionInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly outboundOrderId: string;
  /** Compulsory: what is wrong, for whoever can mend it. */
  readonly reason: string;
}

const schema = z.object({
  outboundOrderId: idField('There is no such outbound order.'),
  reason: reasonField('Say what is wrong: damaged, missing, wrong label …'),
});

/**
 * The warehouse cannot go on with an outbound order: nothing moves until the mark is cleared, and the order shows an
 * exception. A second mark replaces the reason. Refusals: `not_permitted`, `not_found`, `outbound_closed`.
 */
export async function markOutboundException(
  ports: BasePorts & OutgoingPorts,
  input: MarkOutboundExceptionInput,
): Promise<Result<{ version: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_outbound', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { outboundOrderId, reason } = parsed.value;
  const which = { actor, merchantId, outboundOrderId, expectedVersion: null };
  return onOutbound(ports, which, async (tx, order, outbound, now) => {
    if (!isOpen(outbound)) return refuse('outbound_closed', `OB-${outbound.number} is ${outbound.status} already.`);
    const { status, recall } = outbound;
    const change = { outboundOrderId, status, recall, exceptionReason: reason, by: actor.name };
    await ports.outbound.change(tx, merchantId, [change], now);
    await ports.exceptions.open(
      tx,
      merchantId,
      [
        {
          orderId: order.id,
          storeId: order.storeId,
          code: 'warehouse_exception',
          subject: outboundOrderId,
          message: `The warehouse stopped OB-${outbound.number}: ${reason}`,
        },
      ],
      now,
    );
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'outbound.exception_marked',
        subjectType: 'outbound_order',
        subjectId: outboundOrderId,
        orderId: order.id,
        note: reason,
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ version: outbound.version + 1 });
  });
}
