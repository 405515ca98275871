import { settleAlerts } from '../alert/settle-job.ts';
import { type AlertDeskPorts, outboxJob } from './settle-alerts.ts';

/**
 * Every minute: causes that come with time alone (a ship-by that is near, a grant that ends) are looked at, and messages
 * that lag behind their cause, because Slack was away or has just been connected, are drawn.
 */
export async function alertRound(ports: AlertDeskPorts): Promise<{ readonly merchants: number }> {
  return ports.database.transaction(async (tx) => {
    const merchantIds = await ports.alerts.merchantIds(tx);
    await ports.jobs.enqueue(tx, [...merchantIds.map(settleAlerts), ...(ports.notifier === null ? [] : [outboxJob()])]);
    return { merchants: merchantIds.length };
  });
}
