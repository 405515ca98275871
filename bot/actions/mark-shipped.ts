import { said } from '../listeners/replies.ts';
import { count, foreign } from '../messages/text.ts';
import { answerInDetails } from '../order-details.ts';
import type { Action } from './action.ts';

/** Sends again what the platform has not accepted: of one order, or every tracking number behind one cause. */
export const markShipped: Action = {
  id: 'mark_shipped',
  async onCause({ deps, actor, alert }) {
    const { errorCode } = alert.detail;
    if (alert.storeId === null || errorCode === undefined) {
      return 'This alert names no cause to retry. Open the dashboard.';
    }
    const { merchantId, storeId } = alert;
    const retried = await deps.commands.retryWritebacks({ actor, merchantId, storeId, errorCode });
    if (!retried.ok) return said(retried.error);
    return retried.value.count === 0
      ? 'Nothing is left to retry here.'
      : `Retrying ${count(retried.value.count, 'tracking number')}; the card changes when the platform has answered.`;
  },
  async onOrder(press) {
    const { deps, actor, order } = press;
    const asked = { actor, merchantId: order.merchantId, orderIds: [order.id] };
    const marked = await deps.commands.markShipped(asked);
    if (!marked.ok) return said(marked.error);
    const [result] = marked.value;
    const number = foreign(order.number, 60);
    return answerInDetails(
      press,
      result?.ok === true
        ? `The platform is being told again about ${number}. It is asked first, so nothing is told twice.`
        : `${number}: ${foreign(result?.message ?? 'There is nothing to tell.', 800)}`,
    );
  },
};
