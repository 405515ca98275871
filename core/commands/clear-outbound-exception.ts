import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { optionalReasonField } from '../order/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { onOutbound } from '../shipment/on-outbound.ts';

export interface ClearOutboundExceptionInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly outboundOrderId: string;
  /** How it was mended, if wished. */
  readonly note?: string | null | undefined;
}

const schema = z.object({
  outboundOrderId: idField('There is no such outbound order.'),
  note: optionalReasonField,
});

/** The warehouse can go on. Refusals: `not_permitted`, `not_found`, `not_marked`. */
export async function clearOutboundException(
  ports: BasePorts & OutgoingPorts,
  input: ClearOutboundExceptionInput,
): Promise<Result<{ version: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_outbound', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { outboundOrderId, note } = parsed.value;
  const which = { actor, merchantId, outboundOrderId, expectedVersion: null };
  return onOutbound(ports, which, async (tx, order, outbound, now) => {
    if (outbound.exceptionReason === null) return refuse('not_marked', `OB-${outbound.number} is not marked.`);
    const { status, recall } = outbound;
    const change = { outboundOrderId, status, recall, exceptionReason: null, by: actor.name };
    await ports.outbound.change(tx, merchantId, [change], now);
    await ports.exceptions.close(
      tx,
      merchantId,
      { orderIds: [order.id], codes: ['warehouse_exception'], subjects: [outboundOrderId] },
      { name: actor.name, via: actor.via, resolution: 'cleared' },
      now,
    );
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'outbound.exception_cleared',
        subjectType: 'outbound_order',
        subjectId: outboundOrderId,
        orderId: order.id,
        note,
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ version: outbound.version + 1 });
  });
}
