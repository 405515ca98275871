import { ok, type Result } from '../../core/result.ts';
import { answerInForm } from '../below.ts';
import type { Gesture } from '../gesture.ts';
import { said } from '../listeners/replies.ts';
import { count, foreign } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Sends again what the platform has not accepted: of one order, or every tracking number or cancellation of a cause. */
export const markShipped: Action = {
  id: 'mark_shipped',
  async onCause(press) {
    const { deps, actor, alert } = press;
    const [only] = alert.sample;
    if (alert.kind === 'exception:acceptance_failed' && only !== undefined) {
      const told = await tellAgain(press, alert.merchantId, only);
      return told.ok ? told.value : said(told.error);
    }
    const errorCode = alert.detail.retryingSince === undefined ? alert.detail.errorCode : null;
    if (alert.storeId === null || errorCode === undefined) {
      return 'This alert names no cause to retry. Open the dashboard.';
    }
    const { merchantId, storeId } = alert;
    const kind = alert.kind === 'exception:cancellation_failed' ? 'cancellation' : 'shipment';
    const retried = await deps.commands.retryWritebacks({ actor, merchantId, storeId, kind, errorCode });
    if (!retried.ok) return said(retried.error);
    return retried.value.count === 0
      ? 'Nothing is left to retry here.'
      : `Retrying ${count(retried.value.count, kind === 'shipment' ? 'tracking number' : 'cancellation')}; the card changes when the platform has answered.`;
  },
  async onOrder(press) {
    const told = await tellAgain(press, press.order.merchantId, press.order);
    return told.ok ? answerInForm(press, told.value) : said(told.error);
  },
};

async function tellAgain(
  { deps, actor }: Gesture,
  merchantId: string,
  order: { readonly id: string; readonly number: string },
): Promise<Result<string>> {
  const marked = await deps.commands.markShipped({ actor, merchantId, orderIds: [order.id] });
  if (!marked.ok) return marked;
  const [result] = marked.value;
  const number = foreign(order.number, 60);
  return ok(
    result?.ok === true
      ? `The platform is being told again about ${number}. It is asked first, so nothing is told twice.`
      : `${number}: ${foreign(result?.message ?? 'There is nothing to tell.', 800)}`,
  );
}
