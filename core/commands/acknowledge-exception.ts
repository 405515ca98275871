import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField } from '../catalog/fields.ts';
import { mustBeMended } from '../order/must-be-mended.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface AcknowledgeExceptionInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly exceptionId: string;
}

const schema = z.object({ exceptionId: idField('There is no such exception.') });

/**
 * A person has seen what happened and has taken care of it: the exception closes. A cancellation that the platform did
 * not take is not told again: whoever took care of it has cancelled there, or lets it ship. Refusals: `not_permitted`,
 * `not_found`, `not_open`, `must_be_mended`.
 */
export async function acknowledgeException(
  ports: BasePorts & OutgoingPorts,
  input: AcknowledgeExceptionInput,
): Promise<Result<{ orderId: string }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  return allOrNothing<{ orderId: string }>(ports.database, async (tx) => {
    const now = ports.clock.now();
    const found = await ports.exceptions.find(tx, merchantId, parsed.value.exceptionId);
    if (found === null) return refuse('not_found', 'There is no such exception.');
    await ports.orderLocks.lock(tx, merchantId, [found.orderId]);
    const how = mustBeMended[found.code];
    if (how !== undefined) return refuse('must_be_mended', `This ends only when it is mended. ${how}`);
    const by = { name: actor.name, via: actor.via, resolution: 'acknowledged' };
    const closed = await ports.exceptions.close(tx, merchantId, { ids: [found.id] }, by, now);
    if (closed === 0) return refuse('not_open', 'Somebody has closed it already.');
    if (found.code === 'cancellation_failed') await giveUp(ports, tx, merchantId, found.subject, now);
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'order.exception_acknowledged',
        subjectType: 'order',
        subjectId: found.orderId,
        orderId: found.orderId,
        after: { code: found.code },
      },
    ]);
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ orderId: found.orderId });
  });
}

/** What a worker is sending right now answers by itself. */
async function giveUp(ports: OutgoingPorts, tx: Tx, merchantId: string, writebackId: string, now: Date): Promise<void> {
  const row = await ports.writebacks.lock(tx, merchantId, writebackId);
  if (row !== null && row.state !== 'sending') await ports.writebacks.close(tx, merchantId, [row.id], now);
}
