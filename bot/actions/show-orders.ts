import type { AlertView } from '../../core/alert/types.ts';
import type { Gesture } from '../gesture.ts';
import type { SlackMessage } from '../messages/alert-card.ts';
import { causeOrdersMessage, ordersPerPage } from '../messages/cause-orders.ts';
import { showInThread } from '../thread.ts';
import type { Action } from './action.ts';

/** Lists the cause's orders in the card's thread; where there is no card, only to the person who asked. */
export const showOrders: Action = {
  id: 'show_orders',
  evenStale: true,
  needs: 'see_orders',
  async onCause(press) {
    const { client, alert } = press;
    const message = await causeOrdersPage(press, alert, 0);
    if (alert.channelId === null || alert.messageTs === null) return message;
    const shown = await showInThread(client, {
      channelId: alert.channelId,
      threadTs: alert.messageTs,
      kind: 'cause_orders',
      key: alert.id,
      message,
    });
    return shown === 'posted' ? null : 'The list in the thread is up to date now.';
  },
};

/** One page of a cause's orders as a message. The person may see them: the caller has looked. */
export async function causeOrdersPage(
  { deps }: Pick<Gesture, 'deps'>,
  alert: AlertView,
  page: number,
): Promise<SlackMessage> {
  const asked = { merchantIds: [alert.merchantId], alertId: alert.id };
  const [waiting, released] = await Promise.all([
    deps.queries.listCauseOrders({ ...asked, scope: 'waiting', page, pageSize: ordersPerPage }),
    deps.queries.listCauseOrders({ ...asked, scope: 'released', page: 0, pageSize: 1 }),
  ]);
  const context = { publicUrl: deps.config.publicUrl, now: deps.clock.now() };
  return causeOrdersMessage(alert, { waiting, released: released.total }, context);
}
