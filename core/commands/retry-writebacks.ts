import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts, TaskRun } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

export interface RetryWritebacksInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  /** What the platform is to be told. */
  readonly kind: 'shipment' | 'cancellation';
  /** The cause, as the failed writebacks are listed by it; null: what the desk goes on trying. */
  readonly errorCode: string | null;
}

const schema = z.object({
  storeId: idField('There is no such store.'),
  kind: z.enum(['shipment', 'cancellation']),
  errorCode: z.string().min(1, 'Choose a cause.').max(200, 'Choose a cause.').nullable(),
});

/**
 * Sends every writeback of a store that failed with one cause, or waits for its next try, again at once, recorded as a
 * run. Their exceptions stay until the platform accepts. Pressed twice, the second finds nothing. Refusals: `not_permitted`, `not_found`, `nothing_to_repeat`.
 */
export async function retryWritebacks(
  ports: BasePorts & OutgoingPorts,
  input: RetryWritebacksInput,
): Promise<Result<{ runId: string; count: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, kind, errorCode } = parsed.value;
  return allOrNothing<{ runId: string; count: number }>(ports.database, async (tx) => {
    const now = ports.clock.now();
    const store = await ports.writebacks.store(tx, merchantId, storeId);
    if (store === null) return refuse('not_found', 'There is no such store.', 'storeId');
    const failed = await ports.writebacks.failed(tx, merchantId, storeId, { kind, errorCode });
    if (failed.length === 0) {
      return refuse(
        'nothing_to_repeat',
        'Nothing of this store waits with this cause any more: it is being sent, or the platform has answered.',
      );
    }
    const rows = await ports.writebacks.repeat(
      tx,
      merchantId,
      failed.map((row) => row.id),
      now,
    );
    const results: TaskRun['results'] = [
      {
        result: 'repeated',
        code: errorCode,
        reason: null,
        numbers: [...new Set(failed.map((row) => row.orderNumber))],
        orderIds: [...new Set(failed.map((row) => row.orderId))],
      },
    ];
    const runId = newId();
    const orderIds = results.flatMap((item) => item.orderIds);
    const parameters = JSON.stringify({ storeId, kind, errorCode });
    const run: TaskRun = { id: runId, kind: 'bulk_retry', storeId, orderIds, parameters, results };
    await ports.taskRuns.record(tx, merchantId, run, actor, now, now);
    await ports.audit.append(
      tx,
      failed.map((row) => ({
        merchantId,
        actor,
        at: now,
        event: 'order.writeback_repeated',
        subjectType: 'order' as const,
        subjectId: row.orderId,
        orderId: row.orderId,
        after: { writebackId: row.id, code: errorCode },
      })),
    );
    await ports.jobs.enqueue(tx, [...rows.map((row) => writebackJob(row)), settleAlerts(merchantId)]);
    return ok({ runId, count: rows.length });
  });
}
