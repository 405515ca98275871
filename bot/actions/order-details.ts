import { ok } from '../../core/result.ts';
import { belowOf } from '../below.ts';
import { openForm } from '../forms/open.ts';
import { orderDetailsModal } from '../messages/order-details.ts';
import { viewerOf } from '../order-details.ts';
import type { Action } from './action.ts';

/** Opens everything about one order, from anywhere. */
export const orderDetails: Action = {
  id: 'order_details',
  evenStale: true,
  onOrder: (press) =>
    openForm(press, 'Order', async () =>
      ok(
        orderDetailsModal({
          order: press.order,
          viewer: viewerOf(press),
          place: { list: 'all' },
          notice: null,
          card: belowOf(press).card,
        }),
      ),
    ),
};
