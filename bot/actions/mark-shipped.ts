import { said } from '../listeners/replies.ts';
import { count } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Sends every tracking number behind one cause again. */
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
};
