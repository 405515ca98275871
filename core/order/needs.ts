import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { holdReasonText } from './hold-text.ts';
import { curedByDispatch } from './holds.ts';
import { type LifecycleEvent, type Need, statusesFor, type Transition, transitionFor, undoMs } from './lifecycle.ts';
import { isBegun, isOpen, isUntold, type OrderFacts } from './order-state.ts';
import type { HoldCode, OrderStatus } from './types.ts';

/** Who asks, and when: what undo is judged by. */
export interface Asker {
  readonly personId: string | null;
  readonly now: Date;
}

/** Holds that the deed itself makes good. */
const isCuredBy: Readonly<Partial<Record<LifecycleEvent, (code: HoldCode) => boolean>>> = {
  dispatch: curedByDispatch,
  // Goods that a person ships need no mapping, no channel and no stock of ours; and that person has the address.
  manual_ship: (code) => curedByDispatch(code) || code === 'address_incomplete',
};

/** Judged when the command runs, not when its button is drawn: the dialog behind the button is where they are met. */
const metInTheDialog: readonly Need[] = ['only_holds_it_cures'];

const statusWords: Record<OrderStatus, string> = {
  pending: 'Pending',
  acknowledged: 'Acknowledged',
  processing: 'Processing',
  partially_shipped: 'Partially Shipped',
  shipped: 'Shipped',
  completed: 'Completed',
  manual_completed: 'Manual Completed',
  cancelled: 'Cancelled',
};

export const statusWord = (status: OrderStatus): string => statusWords[status];

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

type Check = (order: OrderFacts, on: LifecycleEvent, asker: Asker) => Refusal | null;

const no = (code: string, message: string): Refusal => ({ code, message });

/** Its shipments were closed before the platform took any: by an admin, or because the platform ended the order itself. */
const neverTold = ({ status }: OrderFacts): Refusal =>
  status === 'manual_completed'
    ? no('nothing_to_repeat', 'It was closed by hand; the platform was not told.')
    : no('nothing_to_repeat', 'It was closed, because the platform ended the order itself; it was not told.');

const checks: Record<Need, Check> = {
  only_holds_it_cures: (order, on) => {
    const isCured = isCuredBy[on] ?? (() => false);
    const left = order.openHolds.filter((hold) => !isCured(hold.code));
    if (left.length === 0) return null;
    return no('held', `Held: ${left.map(holdReasonText).join(' ')}`);
  },
  no_recall_open: (order) =>
    order.outbound.some((outbound) => isOpen(outbound) && outbound.recall === 'requested')
      ? no('recall_open', 'The warehouse has been asked to stop and has not answered yet. Wait for its answer.')
      : null,
  warehouse_not_begun: (order) =>
    order.outbound.some((outbound) => isOpen(outbound) && isBegun(outbound))
      ? no(
          'warehouse_begun',
          'The warehouse has begun with this order. Ask it to stop by hand, or let it ship and refund afterwards.',
        )
      : null,
  within_undo_time: (order, on, asker) => {
    const wanted = on === 'undo_cancel' ? 'cancel' : 'dispatch';
    const deed = order.lastDeed;
    if (deed === null || deed.event !== wanted || asker.now.getTime() - deed.at.getTime() > undoMs) {
      return no(
        'undo_too_late',
        `Undo is possible for ${undoMs / 1000} seconds. ${on === 'undo_cancel' ? 'A cancelled order stays cancelled here: ship it at the platform by hand, or from a new order there.' : 'Cancel the order instead.'}`,
      );
    }
    return null;
  },
  same_person: (order, _on, asker) =>
    order.lastDeed?.personId === null || order.lastDeed?.personId !== asker.personId
      ? no('undo_not_yours', `Only ${order.lastDeed?.actorName ?? 'the person who did it'} can undo this.`)
      : null,
  platform_not_told: (order, on) =>
    order.writebacks.some(
      (writeback) =>
        writeback.kind === (on === 'undo_cancel' ? 'cancellation' : 'shipment') &&
        writeback.state !== 'closed' &&
        !isUntold(writeback),
    )
      ? no('platform_told', 'The platform has been told already; this can no longer be undone.')
      : null,
  writebacks_accepted: (order) =>
    order.writebacks.some(
      (writeback) => writeback.kind === 'shipment' && !['accepted', 'confirmed', 'closed'].includes(writeback.state),
    )
      ? no('writeback_open', 'The platform has not accepted every shipment yet.')
      : null,
  writeback_to_repeat: (order) => {
    const told = order.writebacks.filter((writeback) => writeback.kind !== 'cancellation');
    if (told.some((w) => w.state === 'failed' || w.state === 'retry' || w.isUnconfirmed)) return null;
    if (told.some((w) => w.state === 'parked')) {
      return no(
        'writeback_parked',
        'Waits for the authorization of its store. Update the authorization, and it is sent by itself.',
      );
    }
    if (told.some((w) => w.state === 'pending' || w.state === 'sending')) {
      return no('writeback_under_way', 'The platform is being told right now. Look again in a moment.');
    }
    const shipments = told.filter((w) => w.kind === 'shipment');
    if (shipments.length > 0 && shipments.every((w) => w.state === 'closed')) return neverTold(order);
    if (told.length > 0) return no('nothing_to_repeat', 'The platform has accepted it already.');
    return no('nothing_to_repeat', 'There is no shipment to tell the platform. Ship the order first.');
  },
  writeback_refused: (order) =>
    order.writebacks.some((writeback) => writeback.kind === 'shipment' && writeback.state === 'failed')
      ? null
      : no('writeback_not_failed', 'Possible only when the platform has refused the shipment.'),
};

/** The row that lets this happen, or why not. `asButton` leaves out what the dialog behind the button cures. */
export function check(order: OrderFacts, on: LifecycleEvent, asker: Asker, asButton = false): Result<Transition> {
  const row = transitionFor(on, order.kind, order.status);
  if (row === undefined) return notInStatus(order, on);
  for (const need of row.needs) {
    if (asButton && on === 'dispatch' && metInTheDialog.includes(need)) continue;
    const refusal = checks[need](order, on, asker);
    if (refusal !== null) return { ok: false, error: refusal };
  }
  return ok(row);
}

function notInStatus(order: OrderFacts, on: LifecycleEvent): Result<never> {
  const statuses = statusesFor(on, order.kind);
  if (statuses.length === 0) {
    return refuse(
      'not_for_kind',
      order.kind === 'b2b' ? 'Not for purchase orders.' : 'Only for purchase orders (B2B).',
    );
  }
  if (on === 'dispatch' && order.kind === 'b2b' && order.status === 'pending') {
    return refuse('not_in_status', 'Acknowledge the purchase order first; then it can be dispatched.');
  }
  const now = `The order is ${statusWord(order.status)}`;
  return refuse('not_in_status', `${now}; this is possible while it is ${list(statuses.map(statusWord))}.`);
}
