import { openOrderForm } from '../forms/order-form.ts';
import { releasableHolds, releaseHoldModal } from '../forms/release-hold.ts';
import type { Action } from './action.ts';

/** Opens the holds that a person may end. */
export const releaseHold: Action = {
  id: 'release_hold',
  async onOrder(press) {
    if (releasableHolds(press.order).length === 0) return 'Nothing is left here that a person can release.';
    return openOrderForm(press, 'Release hold', (metadata) => releaseHoldModal(metadata, press.order));
  },
};
