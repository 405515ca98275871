import { requirePermission } from '../../core/people/permissions.ts';
import { ok } from '../../core/result.ts';
import { classifyPaymentModal } from '../forms/classify-payment.ts';
import { openForm } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that says once how a payment type is paid: the same choice as in the dashboard. */
export const classifyPayment: Action = {
  id: 'classify_payment',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId, storeId } = alert;
    if (storeId === null) return 'This alert names no store. Open the dashboard.';
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    const subject = alert.detail.subject ?? '';
    return openForm(press, 'Classify payment', async () => {
      const only = { storeId, paymentMethod: subject };
      const [row] = await deps.queries.listPayments({ merchantIds: [merchantId], only });
      const metadata = { merchant: merchantId, store: storeId, subject, seen: row?.class ?? null };
      return ok(classifyPaymentModal({ metadata, about: alert }));
    });
  },
};
