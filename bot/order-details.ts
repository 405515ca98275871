import { may } from '../core/people/permissions.ts';
import type { OrderDetail } from '../core/queries/show-order.ts';
import { updateView } from './forms/open.ts';
import type { Gesture } from './gesture.ts';
import type { OrderViewer } from './messages/order-buttons.ts';
import { orderDetailsModal } from './messages/order-details.ts';
import { nameOf } from './receiver.ts';

export interface OrderRef {
  readonly merchantId: string;
  readonly orderId: string;
}

export const viewerOf = ({ actor, deps }: Pick<Gesture, 'actor' | 'deps'>): OrderViewer => ({
  actor,
  now: deps.clock.now(),
  publicUrl: deps.config.publicUrl,
});

/** Null for an order that does not exist, or that this person may not see. */
export async function readOrder(gesture: Pick<Gesture, 'actor' | 'deps'>, ref: OrderRef): Promise<OrderDetail | null> {
  if (!may(gesture.actor, 'see_orders', ref.merchantId)) return null;
  return gesture.deps.queries.showOrder({ merchantIds: [ref.merchantId], orderId: ref.orderId });
}

/**
 * Draws Details anew as the order is now, saying what was done. False when that was not shown: the person closed it, or
 * Slack does not take it now. Never throws: the deed is done, and must not look as if it had failed.
 */
export async function redrawDetails(
  gesture: Gesture,
  viewId: string,
  ref: OrderRef & { readonly card?: string | undefined },
  notice: string,
): Promise<boolean> {
  try {
    const order = await readOrder(gesture, ref);
    if (order === null) return false;
    const view = orderDetailsModal({
      order,
      viewer: viewerOf(gesture),
      place: { list: 'all' },
      notice,
      card: ref.card,
    });
    return await updateView(gesture, { id: viewId, hash: null }, view);
  } catch (error) {
    gesture.deps.log.warn({ orderId: ref.orderId, error: nameOf(error) }, 'details could not be redrawn');
    return false;
  }
}
