import { requirePermission } from '../../core/people/permissions.ts';
import { ok } from '../../core/result.ts';
import { belowOf } from '../below.ts';
import { classifyPaymentModal } from '../forms/classify-payment.ts';
import { openForm } from '../forms/open.ts';
import type { RuleAbout } from '../forms/rule.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import { isOfPaymentType } from '../messages/order-buttons.ts';
import type { Action, Answer } from './action.ts';

/** Opens the form that says once how a payment type is paid: the same choice as in the dashboard. */
export const classifyPayment: Action = {
  id: 'classify_payment',
  async onCause(press) {
    const { merchantId, storeId, detail } = press.alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    return openClassify(press, { merchant: merchantId, store: storeId, subject: detail.subject ?? '' }, press.alert);
  },
  async onOrder(press) {
    const { id, merchantId, storeId, storeName, holds } = press.order;
    const hold = holds.find((one) => one.closedAt === null && isOfPaymentType(one));
    if (hold === undefined) return 'Its payment type is classified by now. Look at the order again.';
    const rule = { merchant: merchantId, store: storeId, subject: hold.subject, order: id, ...belowOf(press) };
    return openClassify(press, rule, { storeName });
  },
};

export async function openClassify(
  press: Gesture,
  rule: { readonly merchant: string; readonly store: string; readonly subject: string },
  about: RuleAbout,
): Promise<Answer> {
  const { deps, actor } = press;
  const permitted = requirePermission(actor, 'work_orders', rule.merchant);
  if (!permitted.ok) return said(permitted.error);
  return openForm(press, 'Classify payment', async () => {
    const only = { storeId: rule.store, paymentMethod: rule.subject };
    const [row] = await deps.queries.listPayments({ merchantIds: [rule.merchant], only });
    return ok(classifyPaymentModal({ metadata: { ...rule, seen: row?.class ?? null }, about }));
  });
}
