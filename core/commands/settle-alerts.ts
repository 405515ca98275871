import type { AlertingPorts } from '../ports/alerting.ts';
import type { AnyJob } from '../ports/jobs.ts';
import type { BasePorts } from '../ports/ports.ts';

/** A cause that returns within this time is the same alert again. */
const reopenWithinMs = 60 * 60 * 1000;
/** Edits of one message are drawn together: Slack allows about 50 a minute for the whole workspace. */
const editPauseMs = 3_000;

/** What settling and delivering use. */
export type AlertDeskPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log' | 'audit'> & AlertingPorts;

/** Brings a merchant's alerts in line with what is open now, and enqueues the messages that are out of date. */
export async function settleMerchantAlerts(
  ports: AlertDeskPorts,
  input: { readonly merchantId: string; readonly scope?: 'page' | undefined },
): Promise<{ readonly changed: number }> {
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const { changed } = await ports.alerts.settle(tx, input.merchantId, {
      now,
      reopenWithinMs,
      withDeadlines: input.scope !== 'page',
    });
    if (ports.notifier !== null && changed.length > 0) {
      const editAt = new Date(now.getTime() + editPauseMs);
      await ports.jobs.enqueue(
        tx,
        changed.map((alert) => deliverJob(input.merchantId, alert.id, alert.isNew ? undefined : editAt)),
      );
    }
    return { changed: changed.length };
  });
}

/** The job that draws one alert's message. A waiting one is replaced, so a burst of changes is one edit. */
export const deliverJob = (merchantId: string, alertId: string, runAt?: Date): AnyJob => ({
  task: 'alert.deliver',
  payload: { merchantId, alertId },
  key: `alert.deliver:${alertId}`,
  runAt,
  maxAttempts: 25,
});
