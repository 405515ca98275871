import { requirePermission } from '../../core/people/permissions.ts';
import { classifyPaymentModal } from '../forms/classify-payment.ts';
import { openNow } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that says once how a payment type is paid: the same choice as in the dashboard. */
export const classifyPayment: Action = {
  id: 'classify_payment',
  async onCause(press) {
    const { actor, alert } = press;
    if (alert.storeId === null) return 'This alert names no store. Open the dashboard.';
    const permitted = requirePermission(actor, 'work_orders', alert.merchantId);
    if (!permitted.ok) return said(permitted.error);
    const metadata = { merchant: alert.merchantId, store: alert.storeId, subject: alert.detail.subject ?? '' };
    return openNow(press, classifyPaymentModal({ metadata, alert }));
  },
};
