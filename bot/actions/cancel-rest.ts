import { openOrderForm } from '../forms/order-form.ts';
import { reasonModal } from '../forms/reason.ts';
import type { Action } from './action.ts';

/** The lines that have not left will not. */
export const cancelRest: Action = {
  id: 'cancel_rest',
  onOrder: (press) =>
    openOrderForm(press, 'Cancel the rest', (metadata) => reasonModal('cancel_rest', metadata, press.order)),
};
