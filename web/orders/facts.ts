import { actionsFor, type OfferedAction, type OrderAction } from '../../core/order/actions.ts';
import { factsOf } from '../../core/order/facts-of.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { SignedIn } from '../deps.ts';

/** A button of an order: where it leads, what it is called. */
export interface OrderButton extends OfferedAction {
  readonly label: string;
  readonly href: string;
  readonly isDestructive: boolean;
}

const buttons: Readonly<
  Record<OrderAction, { readonly label: string; readonly path: string; readonly isDestructive?: true }>
> = {
  dispatch: { label: 'Dispatch to Warehouse', path: 'dispatch' },
  acknowledge: { label: 'Acknowledge', path: 'acknowledge' },
  mark_shipped: { label: 'Mark Shipped', path: 'mark-shipped' },
  manual_ship: { label: 'Manual Ship', path: 'manual-ship' },
  cancel: { label: 'Cancel Order', path: 'cancel', isDestructive: true },
  cancel_rest: { label: 'Cancel the rest', path: 'cancel-rest', isDestructive: true },
  undo_dispatch: { label: 'Undo the dispatch', path: 'undo' },
  undo_cancel: { label: 'Undo the cancellation', path: 'undo' },
  close_by_hand: { label: 'Close by hand', path: 'close', isDestructive: true },
};

/** What a person can do with an order, each enabled or with the reason why not. */
export const buttonsOf = (order: OrderDetail, signedIn: SignedIn, now: Date): readonly OrderButton[] =>
  actionsFor(factsOf(order), { actor: signedIn.actor, merchantId: order.merchantId, now }).map((offered) => {
    const { label, path, isDestructive = false } = buttons[offered.action];
    return { ...offered, label, href: `/orders/${order.id}/${path}`, isDestructive };
  });
