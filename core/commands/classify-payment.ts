import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { decidedMeanwhile, isUnseen } from '../mapping/decided-meanwhile.ts';
import { methodField } from '../mapping/fields.ts';
import type { PaymentClass } from '../order/holds.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface ClassifyPaymentInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  /** As the platform names it; '' for orders to which it gives none. */
  readonly paymentMethod: string;
  readonly class: PaymentClass;
  /** The class that the person saw, null when they saw none; not given: whatever is there is replaced. */
  readonly seenClass?: PaymentClass | null | undefined;
}

const classWords = { prepaid: 'prepaid', cash_on_delivery: 'cash on delivery', blocked: 'blocked' } as const;

const schema = z.object({
  storeId: idField('Choose a store.'),
  paymentMethod: methodField('Which payment type?'),
  class: z.enum(['prepaid', 'cash_on_delivery', 'blocked'], 'Choose prepaid, cash on delivery or blocked.'),
});

/**
 * Says how a payment type of a store is paid. Orders that waited for it are released at once; `blocked` holds every
 * open order of the type. Refusals: `not_permitted`, `invalid_input`, `not_found`, `decided_meanwhile`.
 */
export async function classifyPayment(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: ClassifyPaymentInput,
): Promise<Result<{ readonly releasedOrders: number; readonly heldOrders: number; readonly touchedOrders: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, paymentMethod } = parsed.value;
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const store = await intake.stores.lock(tx, merchantId, storeId);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).', 'storeId');
    const now = ports.clock.now();
    const before = await intake.rules.classification(tx, merchantId, storeId, paymentMethod);
    if (before !== null && isUnseen(input.seenClass, before.class, parsed.value.class)) {
      return decidedMeanwhile(ports, tx, store, {
        subjectType: 'classification',
        subjectId: before.id,
        words: `classified it as ${classWords[before.class]}`,
        field: 'class',
      });
    }
    const id = before?.id ?? newId();
    const row = { id, storeId, paymentMethod, class: parsed.value.class };
    await intake.rules.saveClassification(tx, merchantId, row, actor.name, now);
    const { released, held, touched } = await intake.holds.applyClass(
      tx,
      merchantId,
      storeId,
      paymentMethod,
      row.class,
      { by: actor.name, via: actor.via, resolution: 'classified' },
      now,
    );
    if (before?.class !== row.class) {
      await ports.audit.append(tx, [
        {
          merchantId,
          actor,
          at: now,
          event: 'payment.classified',
          subjectType: 'classification',
          subjectId: id,
          before: before === null ? null : { class: before.class },
          after: { storeId, paymentMethod, class: row.class, releasedOrders: released, heldOrders: held },
        },
      ]);
    }
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ releasedOrders: released, heldOrders: held, touchedOrders: touched });
  });
}
