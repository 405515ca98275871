import { requirePermission } from '../../core/people/permissions.ts';
import { ok } from '../../core/result.ts';
import { dispatchChoice } from '../dispatch-choice.ts';
import { dispatchModal } from '../forms/dispatch-modal.ts';
import { openForm } from '../forms/open.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import { detailsOf } from '../order-details.ts';
import type { Action, Answer } from './action.ts';

/** Opens the final check before an order goes to a warehouse. */
export const dispatch: Action = {
  id: 'dispatch',
  async onCause(press) {
    const order = press.alert.sample[0];
    if (order === undefined) return 'This alert names no order. Open the dashboard.';
    return openDispatch(press, press.alert.merchantId, order.id);
  },
  onOrder: (press) => openDispatch(press, press.order.merchantId, press.order.id),
};

/** Opens the form for an order of a merchant; people without the role are told so before they see the recipient. */
export async function openDispatch(press: Gesture, merchantId: string, orderId: string): Promise<Answer> {
  const { deps, actor } = press;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return said(permitted.error);
  const details = detailsOf(press);
  return openForm(press, 'Dispatch to warehouse', async () => {
    const choice = await dispatchChoice(deps, { actor, merchantId, orderId });
    if (!choice.ok) return choice;
    const kept = { merchant: merchantId, order: orderId, version: choice.value.version };
    const metadata = details === null ? kept : { ...kept, details };
    return ok(dispatchModal(metadata, choice.value, `${deps.config.publicUrl}/orders/${orderId}`));
  });
}
