import { actionsFor, type OrderAction } from '../../core/order/actions.ts';
import { factsOf } from '../../core/order/facts-of.ts';
import { releaseRule } from '../../core/order/holds.ts';
import { mustBeMended } from '../../core/order/must-be-mended.ts';
import type { Actor } from '../../core/people/actor.ts';
import { may, rolesFor } from '../../core/people/permissions.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { orderButtonValue } from '../values.ts';
import { limits, type SlackBlock, type SlackButton } from './blocks.ts';
import { plain } from './text.ts';

/** Who looks, and when: what is offered depends on both. */
export interface OrderViewer {
  readonly actor: Actor;
  readonly now: Date;
  /** Without trailing slash. */
  readonly publicUrl: string;
}

/** One thing that can be done with an order, or why it cannot. */
export interface OrderOffer {
  readonly actionId: string;
  readonly text: string;
  /** Why not now, in words; null when it can be done. */
  readonly reason: string | null;
  readonly isDestructive: boolean;
  /** Done in the dashboard: the button leads there. */
  readonly url?: string;
}

const buttons: Readonly<
  Record<OrderAction, { readonly actionId: string; readonly text: string; readonly isDestructive?: true }>
> = {
  dispatch: { actionId: 'dispatch', text: 'Dispatch' },
  acknowledge: { actionId: 'open_dashboard', text: 'Acknowledge in the dashboard' },
  mark_shipped: { actionId: 'mark_shipped', text: 'Mark Shipped' },
  manual_ship: { actionId: 'manual_ship', text: 'Manual Ship' },
  cancel: { actionId: 'cancel_order', text: 'Cancel order', isDestructive: true },
  cancel_rest: { actionId: 'cancel_rest', text: 'Cancel the rest', isDestructive: true },
  undo_dispatch: { actionId: 'undo_order', text: 'Undo the dispatch' },
  undo_cancel: { actionId: 'undo_order', text: 'Undo the cancellation' },
  close_by_hand: { actionId: 'close_by_hand', text: 'Close by hand', isDestructive: true },
};

/** Everything that can be done with this order, possible or not, in the order in which it is offered. */
export function orderOffers(order: OrderDetail, viewer: OrderViewer): OrderOffer[] {
  const { actor, now, publicUrl } = viewer;
  const { merchantId } = order;
  const offers = actionsFor(factsOf(order), { actor, merchantId, now }).map((offered): OrderOffer => {
    const { actionId, text, isDestructive = false } = buttons[offered.action];
    const url = actionId === 'open_dashboard' ? { url: `${publicUrl}/orders/${order.id}/${offered.action}` } : {};
    return { actionId, text, isDestructive, reason: offered.reason ?? null, ...url };
  });
  const mayWork = may(actor, 'work_orders', merchantId);
  const repairs = repairsOf(order).map((offer) =>
    mayWork ? offer : { ...offer, reason: `This needs the role ${rolesFor('work_orders')}.` },
  );
  return [...offers, ...repairs];
}

/** What mends an order rather than moving it on. */
function repairsOf(order: OrderDetail): OrderOffer[] {
  const openHolds = order.holds.filter((hold) => hold.closedAt === null);
  const offer = (actionId: string, text: string): OrderOffer => ({
    actionId,
    text,
    reason: null,
    isDestructive: false,
  });
  const hasReleasable = openHolds.some((hold) => releaseRule(hold).by !== 'nobody');
  const hasSeen = order.exceptions.some((one) => one.closedAt === null && mustBeMended[one.code] === undefined);
  return [
    ...(isBeforeDispatch(order) ? [offer('correct_address', 'Correct address')] : []),
    ...(hasReleasable ? [offer('release_hold', 'Release hold')] : []),
    ...(hasSeen ? [offer('acknowledge', 'Acknowledge exception')] : []),
    offer('refetch', 'Re-fetch'),
  ];
}

export const isBeforeDispatch = ({ status }: Pick<OrderDetail, 'status'>): boolean =>
  status === 'pending' || status === 'acknowledged';

/** Does the hold that stands in the way have a way out here? Then that is the first button. */
const firstOf = (order: OrderDetail, offers: readonly OrderOffer[]): OrderOffer | undefined => {
  const possible = offers.filter((offer) => offer.reason === null);
  const isIncomplete = order.holds.some((hold) => hold.closedAt === null && hold.code === 'address_incomplete');
  const wanted = [
    ...(isIncomplete ? ['correct_address'] : []),
    ...['undo_order', 'dispatch', 'mark_shipped', 'open_dashboard'],
  ];
  return wanted.flatMap((id) => possible.filter((offer) => offer.actionId === id))[0];
};

/** What an overflow menu takes. */
const menuOptions = 5;

/** The row of buttons of an order's card: what comes first, Details, and the rest in a menu. */
export function orderButtonRow(order: OrderDetail, viewer: OrderViewer): SlackBlock {
  const value = orderButtonValue(order);
  const offers = orderOffers(order, viewer);
  const first = firstOf(order, offers);
  const rest = offers.filter((offer) => offer.reason === null && offer !== first && offer.url === undefined);
  const options = rest.slice(0, menuOptions).map((offer) => ({
    text: { type: 'plain_text' as const, text: plain(offer.text, limits.optionText) },
    value: offer.actionId,
  }));
  return {
    type: 'actions',
    // The menu's options are too short to hold ids: the block's id says what they are about.
    block_id: value,
    elements: [
      ...(first === undefined ? [] : [{ ...offerButton(first, value), style: 'primary' as const }]),
      offerButton({ actionId: 'order_details', text: 'Details', reason: null, isDestructive: false }, value),
      ...(options.length === 0 ? [] : [{ type: 'overflow' as const, action_id: 'menu', options }]),
    ],
  };
}

export function offerButton(offer: OrderOffer, value: string): SlackButton {
  return {
    type: 'button',
    action_id: offer.actionId,
    text: { type: 'plain_text', text: plain(offer.text, limits.buttonText), emoji: false },
    ...(offer.url === undefined ? { value } : { url: offer.url }),
    ...(offer.isDestructive ? { style: 'danger' as const } : {}),
  };
}
