import { correctAddressModal } from '../forms/correct-address.ts';
import { openOrderForm } from '../forms/order-form.ts';
import type { Action } from './action.ts';

/** Opens the recipient for correction. */
export const correctAddress: Action = {
  id: 'correct_address',
  onOrder: (press) => openOrderForm(press, 'Correct address', (metadata) => correctAddressModal(metadata, press.order)),
};
