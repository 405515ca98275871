import { actionsFor, type OrderAction } from '../../core/order/actions.ts';
import { factsOf } from '../../core/order/facts-of.ts';
import { keyOfHold, releaseRule } from '../../core/order/holds.ts';
import { mustBeMended } from '../../core/order/must-be-mended.ts';
import type { Actor } from '../../core/people/actor.ts';
import { may, rolesFor } from '../../core/people/permissions.ts';
import type { HoldView, OrderDetail } from '../../core/queries/show-order.ts';
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
  const repairs = repairsOf(order, may(actor, 'administer', merchantId)).map((offer) =>
    mayWork ? offer : { ...offer, reason: `This needs the role ${rolesFor('work_orders')}.` },
  );
  return [...offers, ...repairs];
}

const openHolds = (order: Pick<OrderDetail, 'holds'>): readonly HoldView[] =>
  order.holds.filter((hold) => hold.closedAt === null);

/** What mends an order rather than moving it on. */
function repairsOf(order: OrderDetail, mayAdminister: boolean): OrderOffer[] {
  const held = openHolds(order);
  const offer = (actionId: string, text: string, reason: string | null = null): OrderOffer => ({
    actionId,
    text,
    reason,
    isDestructive: false,
  });
  const releasable = held.map((hold) => releaseRule(hold).by).filter((by) => by !== 'nobody');
  const needsAdmin = !mayAdminister && releasable.every((by) => by === 'admin');
  const hasClass = held.some(isOfPaymentType);
  const hasMethod = held.some((hold) => hold.code === 'shipping_method_unmapped');
  const hasSeen = order.exceptions.some((one) => one.closedAt === null && mustBeMended[one.code] === undefined);
  return [
    ...(isBeforeDispatch(order) ? [offer('correct_address', 'Correct address')] : []),
    ...(hasClass ? [offer('classify_payment', 'Classify payment')] : []),
    ...(hasMethod ? [offer('map_method', 'Map shipping method')] : []),
    ...(releasable.length > 0
      ? [offer('release_hold', 'Release hold', needsAdmin ? `This needs the role ${rolesFor('administer')}.` : null)]
      : []),
    ...(hasSeen ? [offer('acknowledge', 'Acknowledge exception')] : []),
    offer('refetch', 'Re-fetch'),
  ];
}

/** Held for how a payment type is classified, or is not. */
export const isOfPaymentType = ({ code, origin }: Pick<HoldView, 'code' | 'origin'>): boolean =>
  code === 'payment_unknown' || (code === 'payment_blocked' && origin === 'derived');

export const isBeforeDispatch = ({ status }: Pick<OrderDetail, 'status'>): boolean =>
  status === 'pending' || status === 'acknowledged';

/** What ends a hold that no dispatch makes good, the likeliest first; none for one that the dispatch dialog cures. */
function mendsOf(hold: HoldView): readonly string[] {
  switch (hold.code) {
    case 'address_incomplete':
      return ['correct_address', 'refetch'];
    case 'payment_unknown':
      return ['classify_payment'];
    case 'payment_blocked':
      return ['release_hold', 'classify_payment', 'cancel_order'];
    case 'cancellation_requested':
      return ['cancel_order', 'release_hold'];
    case 'no_shippable_items':
      return ['cancel_order', 'refetch'];
    case 'platform_hold':
    case 'scheduled':
      return ['release_hold', 'refetch'];
    case 'operator_hold':
      return ['release_hold'];
    case 'sku_missing':
      // Nothing to bind by: only the platform can say what it is.
      return keyOfHold(hold) === null ? ['refetch'] : [];
    default:
      return [];
  }
}

/** What mends the holds that a dispatch would be refused for, and the way back from a deed just done. */
export function mendingOffers(order: OrderDetail, viewer: OrderViewer): OrderOffer[] {
  const mends = isBeforeDispatch(order) ? [...openHolds(order).flatMap(mendsOf), 'refetch'] : [];
  const offers = orderOffers(order, viewer);
  return [...new Set([...mends, 'undo_order'])].flatMap((id) => offers.filter(({ actionId }) => actionId === id));
}

/** What comes first: Dispatch only where it is not sure to be refused; before that, what mends the hold in its way. */
const wantedOf = (order: OrderDetail, possible: readonly OrderOffer[]): readonly string[] => {
  const held = openHolds(order);
  const isIncomplete = held.some((hold) => hold.code === 'address_incomplete');
  const mends = possible.some(({ actionId }) => actionId === 'dispatch') ? held.flatMap(mendsOf) : [];
  return [
    ...(isIncomplete ? ['correct_address'] : []),
    'undo_order',
    ...(mends.length > 0 ? mends : ['dispatch']),
    'mark_shipped',
    'open_dashboard',
  ];
};

/** What an overflow menu takes. */
const menuOptions = 5;

/** The row of buttons of an order's card: what comes first, Details, and the rest in a menu. */
export function orderButtonRow(order: OrderDetail, viewer: OrderViewer): SlackBlock {
  const value = orderButtonValue(order);
  const offers = orderOffers(order, viewer);
  const possible = offers.filter((offer) => offer.reason === null);
  const wanted = wantedOf(order, possible).flatMap((id) => possible.filter((offer) => offer.actionId === id));
  const [first] = wanted;
  // What mends it is never what the menu has no room for.
  const rest = [...new Set([...wanted, ...possible])].filter((offer) => offer !== first && offer.url === undefined);
  const options = rest.slice(0, menuOptions).map((offer) => ({
    text: { type: 'plain_text' as const, text: plain(offer.text, limits.optionText) },
    value: offer.actionId,
  }));
  return {
    type: 'actions',
    // The menu's options are too short to hold ids: the block's id says what they are about.
    block_id: value,
    elements: [
      ...(first === undefined ? [] : [{ style: 'primary' as const, ...offerButton(first, value) }]),
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
