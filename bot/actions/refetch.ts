import { answerInForm } from '../below.ts';
import { said } from '../listeners/replies.ts';
import { count, foreign, link } from '../messages/text.ts';
import type { Action } from './action.ts';

/** What one re-fetch takes. */
const mostOrders = 200;

/** Pulls one order, or the cause's orders, again from the platform. */
export const refetch: Action = {
  id: 'refetch',
  async onCause({ deps, actor, alert }) {
    const { merchantId } = alert;
    const orders = await deps.queries.listCauseOrders({
      merchantIds: [merchantId],
      alertId: alert.id,
      scope: 'waiting',
      page: 0,
      pageSize: mostOrders,
    });
    if (orders.total === 0) return 'No order waits for this any more.';
    const asked = await deps.commands.refetchOrders({
      actor,
      merchantId,
      orderIds: orders.rows.map((order) => order.id),
    });
    if (!asked.ok) return said(asked.error);
    const some = orders.total > orders.rows.length ? ' (the oldest ones)' : '';
    const url = `${deps.config.publicUrl}/sync-log/${asked.value.runId}`;
    return `Fetching ${count(orders.rows.length, 'order')} again${some}: ${link(url, 'follow it')}. The card changes by itself.`;
  },
  async onOrder(press) {
    const { deps, actor, order } = press;
    const asked = await deps.commands.refetchOrders({ actor, merchantId: order.merchantId, orderIds: [order.id] });
    if (!asked.ok) return said(asked.error);
    const url = `${deps.config.publicUrl}/sync-log/${asked.value.runId}`;
    return answerInForm(press, `Fetching ${foreign(order.number, 60)} again: ${link(url, 'follow it')}.`);
  },
};
