import { openOrderForm } from '../forms/order-form.ts';
import { reasonModal } from '../forms/reason.ts';
import type { Action } from './action.ts';

/** An admin ends an order whose shipment the platform refuses for good. */
export const closeByHand: Action = {
  id: 'close_by_hand',
  onOrder: (press) =>
    openOrderForm(
      press,
      'Close by hand',
      (metadata) => reasonModal('close_by_hand', metadata, press.order),
      'administer',
    ),
};
