import { requirePermission } from '../../core/people/permissions.ts';
import { belowOf } from '../below.ts';
import { dispatchDialog } from '../dispatch-dialog.ts';
import { openForm } from '../forms/open.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import { openCauseBatch } from '../open-batch.ts';
import type { Action, Answer } from './action.ts';

/** Opens the final check before an order goes to a warehouse; of a cause of several orders, their batch. */
export const dispatch: Action = {
  id: 'dispatch',
  async onCause(press) {
    const { orderCount, sample, merchantId } = press.alert;
    const [order] = sample;
    if (order === undefined) return 'This alert names no order. Open the dashboard.';
    return orderCount > 1 ? openCauseBatch(press) : openDispatch(press, merchantId, order.id);
  },
  onOrder: (press) => openDispatch(press, press.order.merchantId, press.order.id),
};

/** Opens the form for an order of a merchant; people without the role are told so before they see the recipient. */
export async function openDispatch(press: Gesture, merchantId: string, orderId: string): Promise<Answer> {
  const { actor } = press;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return said(permitted.error);
  const { details, card } = belowOf(press);
  return openForm(press, 'Dispatch to warehouse', () =>
    dispatchDialog(press, { merchantId, orderId, details, card }, null),
  );
}
