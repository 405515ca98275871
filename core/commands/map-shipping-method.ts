import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { decidedMeanwhile, isUnseen } from '../mapping/decided-meanwhile.ts';
import { methodField } from '../mapping/fields.ts';
import { goesToPickupPoint } from '../order/holds.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { HoldClosing, IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { reevaluateStore } from '../sync/reevaluate.ts';

export interface MapShippingMethodInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  /** As the platform names it. */
  readonly method: string;
  readonly shippingTypeId: string;
  /** Of the type that the person saw, null when they saw none; not given: whatever is there is replaced. */
  readonly seenShippingTypeId?: string | null | undefined;
}

const schema = z.object({
  storeId: idField('Choose a store.'),
  method: methodField('Which shipping method?').min(1, 'Which shipping method?'),
  shippingTypeId: idField('Choose a shipping type.'),
});

/**
 * Says which shipping type a platform's method is; orders that waited for it are released at once. Where the type goes
 * to a pickup point (or no longer does), the addresses of its open orders are judged anew.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `decided_meanwhile`.
 */
export async function mapShippingMethod(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: MapShippingMethodInput,
): Promise<Result<{ readonly releasedOrders: number; readonly touchedOrders: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, method, shippingTypeId } = parsed.value;
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const store = await intake.stores.lock(tx, merchantId, storeId);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).', 'storeId');
    const type = await intake.rules.shippingType(tx, merchantId, shippingTypeId);
    if (type === null) return refuse('not_found', 'There is no such shipping type.', 'shippingTypeId');
    const now = ports.clock.now();
    const before = await intake.rules.methodMapping(tx, merchantId, storeId, method);
    if (before !== null && isUnseen(input.seenShippingTypeId, before.shippingTypeId, shippingTypeId)) {
      const there = await intake.rules.shippingType(tx, merchantId, before.shippingTypeId);
      return decidedMeanwhile(ports, tx, store, {
        subjectType: 'method_mapping',
        subjectId: before.id,
        words: `mapped it to ${there?.name ?? before.typeCode}`,
        field: 'shippingTypeId',
      });
    }
    const id = before?.id ?? newId();
    await intake.rules.saveMethodMapping(tx, merchantId, { id, storeId, method, shippingTypeId }, actor.name, now);
    const closing: HoldClosing = { by: actor.name, via: actor.via, resolution: 'mapped' };
    const changesAddresses = goesToPickupPoint(type.code) !== (before !== null && goesToPickupPoint(before.typeCode));
    const { released, touched } = changesAddresses
      ? await reevaluateStore(ports, tx, store, closing, now, { shippingMethod: method })
      : await intake.holds.closeForMethod(tx, merchantId, storeId, method, closing, now);
    if (before?.shippingTypeId !== shippingTypeId) {
      await ports.audit.append(tx, [
        {
          merchantId,
          actor,
          at: now,
          event: 'shipping_method.mapped',
          subjectType: 'method_mapping',
          subjectId: id,
          before: before === null ? null : { shippingTypeId: before.shippingTypeId },
          after: { storeId, method, shippingTypeId, shippingType: type.name, releasedOrders: released },
        },
      ]);
    }
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ releasedOrders: released, touchedOrders: touched });
  });
}
