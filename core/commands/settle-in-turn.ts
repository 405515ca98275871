import { settlePageAlerts } from '../alert/settle-job.ts';
import type { SettlePace } from '../alert/settle-pace.ts';
import type { Tasks } from '../ports/jobs.ts';
import { type AlertDeskPorts, settleMerchantAlerts } from './settle-alerts.ts';

/** The job `alert.settle`: for a page of orders only when it is its turn, otherwise at once. */
export async function settleInTurn(
  ports: AlertDeskPorts,
  pace: SettlePace,
  payload: Tasks['alert.settle'],
): Promise<void> {
  const { merchantId } = payload;
  if (payload.scope === 'page') {
    const runAt = pace.waitUntil(merchantId, ports.clock.now());
    if (runAt !== null) {
      await ports.database.transaction((tx) => ports.jobs.enqueue(tx, [{ ...settlePageAlerts(merchantId), runAt }]));
      return;
    }
  }
  const beganAt = ports.clock.now();
  await settleMerchantAlerts(ports, payload);
  const endedAt = ports.clock.now();
  pace.note(merchantId, endedAt.getTime() - beganAt.getTime(), endedAt);
}
