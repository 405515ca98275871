import { holdReasonText } from '../order/hold-text.ts';
import type { HoldCode } from '../order/types.ts';
import type { LockedOrder } from '../ports/outgoing.ts';
import { ok, type Result, refuse } from '../result.ts';

/** Opened after dispatch, these say that the goods should stay where they are. */
export const holdsThatStopWork = [
  'cancellation_requested',
  'payment_blocked',
  'platform_hold',
  'operator_hold',
] as const satisfies readonly HoldCode[];

const stopsWork: ReadonlySet<HoldCode> = new Set(holdsThatStopWork);

/** Refuses with `held` while the sales order must not leave the warehouse; whoever may release it finds why on its page. */
export function notHeldBack(order: Pick<LockedOrder, 'openHolds'>): Result<null> {
  const holds = order.openHolds.filter((hold) => stopsWork.has(hold.code));
  return holds.length === 0 ? ok(null) : refuse('held', `Held: ${holds.map(holdReasonText).join(' ')}`);
}
