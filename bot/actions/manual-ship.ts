import { manualShipModal } from '../forms/manual-ship.ts';
import { openOrderForm } from '../forms/order-form.ts';
import type { Action } from './action.ts';

/** Opens the form for goods that did not go through the warehouse. */
export const manualShip: Action = {
  id: 'manual_ship',
  onOrder: (press) =>
    openOrderForm(press, 'Manual Ship', async (metadata) =>
      manualShipModal({
        metadata,
        order: press.order,
        carriers: await press.deps.queries.listCarriers({ enabledOnly: true }),
      }),
    ),
};
