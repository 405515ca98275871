import { ok } from '../../core/result.ts';
import { dispatchChoice } from '../dispatch-choice.ts';
import { dispatchModal } from '../forms/dispatch.ts';
import { openForm } from '../forms/open.ts';
import type { Gesture } from '../gesture.ts';
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

function openDispatch(press: Gesture, merchantId: string, orderId: string): Promise<Answer> {
  const { deps, actor } = press;
  return openForm(press, 'Dispatch to warehouse', async () => {
    const choice = await dispatchChoice(deps, { actor, merchantId, orderId });
    if (!choice.ok) return choice;
    const metadata = { merchant: merchantId, order: orderId, version: choice.value.version };
    return ok(dispatchModal(metadata, choice.value, `${deps.config.publicUrl}/orders/${orderId}`));
  });
}
