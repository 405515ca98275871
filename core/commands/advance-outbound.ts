import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { versionField } from '../order/fields.ts';
import { isOpen, type OutboundStatus } from '../order/order-state.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { notHeldBack } from '../shipment/held-back.ts';
import { onOutbound } from '../shipment/on-outbound.ts';

export interface AdvanceOutboundInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly outboundOrderId: string;
  readonly expectedVersion: number;
  readonly to: 'picking' | 'packed';
}

/** How far a warehouse is; it only ever goes forward, and small ones pack without saying that they pick. */
const rank: Readonly<Record<OutboundStatus, number>> = {
  created: 0,
  picking: 1,
  packed: 2,
  partially_shipped: 3,
  shipped: 4,
  cancelled: 4,
};

const schema = z.object({
  outboundOrderId: idField('There is no such outbound order.'),
  expectedVersion: versionField,
  to: z.enum(['picking', 'packed'], 'Choose picking or packed.'),
});

/**
 * The warehouse picks or packs: from here on a cancellation has to ask it. Refusals: `not_permitted`, `not_found`,
 * `stale_version`, `not_in_status`, `outbound_exception`, `recall_open`, `held`.
 */
export async function advanceOutbound(
  ports: BasePorts & OutgoingPorts,
  input: AdvanceOutboundInput,
): Promise<Result<{ version: number; status: OutboundStatus }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_outbound', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { outboundOrderId, expectedVersion, to } = parsed.value;
  return onOutbound(
    ports,
    { actor, merchantId, outboundOrderId, expectedVersion },
    async (tx, order, outbound, now) => {
      const name = `OB-${outbound.number}`;
      if (!isOpen(outbound) || rank[outbound.status] >= rank[to]) {
        return refuse('not_in_status', `${name} is ${outbound.status.replaceAll('_', ' ')} already.`);
      }
      if (outbound.exceptionReason !== null) {
        return refuse('outbound_exception', `${name} is marked: ${outbound.exceptionReason} Clear the mark first.`);
      }
      if (outbound.recall === 'requested') {
        return refuse('recall_open', `${name} is being recalled. Do not pick it; answer the recall.`);
      }
      const free = notHeldBack(order);
      if (!free.ok) return free;
      await ports.outbound.change(
        tx,
        merchantId,
        [{ outboundOrderId, status: to, recall: outbound.recall, by: actor.name }],
        now,
      );
      await ports.audit.append(tx, [
        {
          merchantId,
          actor,
          at: now,
          event: `outbound.${to}`,
          subjectType: 'outbound_order',
          subjectId: outboundOrderId,
          orderId: order.id,
          before: { outboundStatus: outbound.status },
          after: { outboundStatus: to },
        },
      ]);
      return ok({ version: outbound.version + 1, status: to });
    },
  );
}
