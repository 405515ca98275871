import { requirePermission } from '../../core/people/permissions.ts';
import { ok, refuse } from '../../core/result.ts';
import { dispatchReleasedModal } from '../forms/dispatch-released.ts';
import { openForm } from '../forms/open.ts';
import { said } from '../listeners/replies.ts';
import type { Action } from './action.ts';

/** Opens the form that dispatches everything a cause released, as one batch. */
export const dispatchReleased: Action = {
  id: 'dispatch_released',
  evenStale: true,
  async onCause(press) {
    const { deps, actor, alert } = press;
    const { merchantId } = alert;
    const permitted = requirePermission(actor, 'work_orders', merchantId);
    if (!permitted.ok) return said(permitted.error);
    return openForm(press, 'Dispatch all released', async () => {
      const until = deps.clock.now();
      const [orders, channels] = await Promise.all([
        deps.queries.listCauseOrders({
          merchantIds: [merchantId],
          alertId: alert.id,
          scope: 'released',
          until,
          page: 0,
          pageSize: 1,
        }),
        deps.queries.listChannels({ merchantIds: [merchantId], servedOnly: true }),
      ]);
      if (orders.total === 0) {
        await deps.commands.recountReleased({ actor, merchantId, alertId: alert.id });
        return refuse(
          'nothing_left',
          'Nothing that this released waits for dispatch: it left, or something else holds it.',
        );
      }
      const usable = channels.filter((channel) => channel.enabled && !channel.selfPickup);
      if (usable.length === 0) {
        return refuse(
          'no_channel',
          'No warehouse with a channel is open to this merchant. Add a service under Settings.',
        );
      }
      return ok(dispatchReleasedModal({ alert, total: orders.total, until, channels: usable }));
    });
  },
};
