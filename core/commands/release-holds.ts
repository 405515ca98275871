import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { holdText } from '../order/hold-text.ts';
import { releaseRule } from '../order/holds.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { may, requirePermission, rolesFor } from '../people/permissions.ts';
import type { HoldToRelease, IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { typedText } from '../typed-text.ts';
import { maxOrdersPerAction, type OrderResult } from './hold-orders.ts';

export interface ReleaseHoldsInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** Single holds, or all holds of orders that can be released by hand. */
  readonly holdIds?: readonly string[] | undefined;
  readonly orderIds?: readonly string[] | undefined;
  /** Compulsory where the release takes a risk: blocked payment, a wish to cancel, the platform's own hold. */
  readonly note: string;
}

const idList = z
  .array(idField('There is no such hold.'))
  .max(maxOrdersPerAction, `Choose at most ${maxOrdersPerAction}.`)
  .transform((ids) => [...new Set(ids)])
  .default([]);

const schema = z.object({
  holdIds: idList,
  orderIds: idList,
  note: typedText('Write a note.').max(1_000, 'At most 1000 characters.'),
});

/** Why a person cannot release this hold; null when they can. */
type Bar = { readonly code: string; readonly message: string } | null;

/**
 * Releases holds by hand, with a resolution note. What has a cause to mend (an unmapped SKU, a missing address) stays.
 * One result an order; codes `not_found`, `not_held`, `not_releasable`, `note_required`, `not_permitted`. An order of
 * which something was released is ok, and its message says what still holds it.
 */
export async function releaseHolds(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: ReleaseHoldsInput,
): Promise<Result<{ readonly results: readonly OrderResult[] }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { holdIds, orderIds, note } = parsed.value;
  if (holdIds.length + orderIds.length === 0) return refuse('invalid_input', 'Choose an order.', 'orderIds');
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const chosen = await intake.holds.lockHolds(tx, merchantId, holdIds);
    const ofOrders = await intake.holds.lockHoldsOf(tx, merchantId, orderIds);
    const numbers = await intake.orders.platformIds(tx, merchantId, orderIds);
    const holds = [...new Map([...chosen, ...ofOrders].map((hold) => [hold.id, hold])).values()];
    const barOf = (hold: HoldToRelease): Bar => barFor(hold, actor, merchantId, note);
    const released = holds.filter((hold) => barOf(hold) === null);
    const now = ports.clock.now();
    await intake.holds.closeByIds(
      tx,
      merchantId,
      released.map((hold) => hold.id),
      { by: actor.name, via: actor.via, resolution: 'released', note: note === '' ? null : note },
      now,
    );
    // What pages and re-evaluations would open again.
    const overruled = released
      .filter((hold) => hold.origin === 'derived' || hold.origin === 'platform')
      .map(({ orderId, code, subject, detail }) => ({ orderId, code, subject, reason: detail.reason ?? null }));
    await intake.holds.overrule(tx, merchantId, overruled, actor.name, note, now);
    const byOrder = Map.groupBy(released, (hold) => hold.orderId);
    await intake.orders.markTouched(tx, merchantId, [...byOrder.keys()], now);
    await ports.audit.append(
      tx,
      [...byOrder].map(([orderId, ofOrder]) => ({
        merchantId,
        actor,
        at: now,
        event: 'order.holds_released',
        subjectType: 'order' as const,
        subjectId: orderId,
        orderId,
        before: { holds: ofOrder.map(({ code, subject }) => ({ code, subject })) },
        note: note === '' ? null : note,
      })),
    );
    if (released.length > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    const numberOf = new Map(numbers.map((row) => [row.orderId, row.number]));
    const asked = new Set([...holds.map((hold) => hold.orderId), ...orderIds]);
    const results = [...asked].map((orderId) => {
      const ofOrder = holds.filter((hold) => hold.orderId === orderId);
      return resultOf(orderId, ofOrder[0]?.orderNumber ?? numberOf.get(orderId), ofOrder, barOf);
    });
    const lost = holdIds.length - chosen.length;
    return results.length === 0 && lost > 0
      ? refuse('not_held', 'Released meanwhile. Look at the order again.')
      : ok({ results });
  });
}

function barFor(hold: HoldToRelease, actor: Actor, merchantId: string, note: string): Bar {
  const rule = releaseRule(hold);
  const { why, next } = holdText(hold);
  if (rule.by === 'nobody') return { code: 'not_releasable', message: `${why} ${next}` };
  if (rule.by === 'admin' && !may(actor, 'administer', merchantId)) {
    return {
      code: 'not_permitted',
      message: `${why} Overruling the platform needs the role ${rolesFor('administer')}.`,
    };
  }
  if (rule.note && note === '') return { code: 'note_required', message: `${why} Write a note to release it.` };
  return null;
}

function resultOf(
  orderId: string,
  number: string | undefined,
  holds: readonly HoldToRelease[],
  barOf: (hold: HoldToRelease) => Bar,
): OrderResult {
  if (number === undefined) {
    return { orderId, number: '', ok: false, code: 'not_found', message: 'There is no such order.' };
  }
  if (holds.length === 0) return { orderId, number, ok: false, code: 'not_held', message: `Nothing holds ${number}.` };
  const bars = holds.flatMap((hold) => barOf(hold) ?? []);
  const [first] = bars;
  if (first === undefined) return { orderId, number, ok: true };
  const message = bars.map((bar) => bar.message).join(' ');
  return bars.length < holds.length
    ? { orderId, number, ok: true, message: `Still held: ${message}` }
    : { orderId, number, ok: false, code: first.code, message };
}
