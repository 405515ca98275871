import { cancelOrderModal } from '../forms/cancel-order.ts';
import { openOrderForm } from '../forms/order-form.ts';
import type { Action } from './action.ts';

/** Asks where and why before an order is cancelled. */
export const cancelOrder: Action = {
  id: 'cancel_order',
  onOrder: (press) => openOrderForm(press, 'Cancel order', (metadata) => cancelOrderModal(metadata, press.order)),
};
