import { said } from '../listeners/replies.ts';
import { count, link } from '../messages/text.ts';
import type { Action } from './action.ts';

/** What one re-fetch takes. */
const mostOrders = 200;

/** Pulls the cause's orders again from the platform. */
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
};
