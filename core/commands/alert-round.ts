import { settleAlerts } from '../alert/settle-job.ts';
import { type AlertDeskPorts, deliverJob } from './settle-alerts.ts';

/** Messages caught up in one round after Slack was away; the next minute takes the next ones. */
const catchUpLimit = 50;

/**
 * Every minute: causes that come with time alone (a ship-by that is near, a grant that ends) are looked at, and cards
 * that lag behind their cause, because Slack was away or has just been connected, are drawn.
 */
export async function alertRound(ports: AlertDeskPorts): Promise<{ readonly lagging: number }> {
  return ports.database.transaction(async (tx) => {
    const merchantIds = await ports.alerts.merchantIds(tx);
    const lagging = ports.notifier === null ? [] : await ports.alerts.lagging(tx, catchUpLimit);
    await ports.jobs.enqueue(tx, [
      ...merchantIds.map(settleAlerts),
      ...lagging.map((alert) => deliverJob(alert.merchantId, alert.id)),
    ]);
    return { lagging: lagging.length };
  });
}
