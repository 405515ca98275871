import { whereToShow } from '../alert/where-to-show.ts';
import type { AlertingPorts, GrownAlert } from '../ports/alerting.ts';
import type { Tx } from '../ports/database.ts';
import type { AnyJob, Job } from '../ports/jobs.ts';
import type { BasePorts } from '../ports/ports.ts';
import type { SlackChannelPorts } from '../ports/slack-channels.ts';

/** A cause that returns within this time is the same alert again. */
const reopenWithinMs = 60 * 60 * 1000;
/** A card older than this has scrolled away; its button counts when it is pressed. */
const recountedForMs = 24 * 60 * 60 * 1000;

/** What settling and delivering use. */
export type AlertDeskPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log' | 'audit'> &
  AlertingPorts &
  Pick<SlackChannelPorts, 'slackChannels'>;

/** Brings a merchant's alerts in line with what is open now, and asks for the messages that are out of date. */
export async function settleMerchantAlerts(
  ports: AlertDeskPorts,
  input: {
    readonly merchantId: string;
    readonly scope?: 'page' | undefined;
    /** Put back to where it was: counted anew by the cards that released it. */
    readonly orderId?: string | undefined;
  },
): Promise<{ readonly changed: number }> {
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const { changed, grown } = await ports.alerts.settle(tx, input.merchantId, {
      now,
      reopenWithinMs,
      withDeadlines: input.scope !== 'page',
    });
    const toldAnew = await tellAnew(ports, tx, input.merchantId, grown, now);
    // What a settled card offers may have left, been cancelled or held meanwhile.
    const resolvedSince = new Date(now.getTime() - recountedForMs);
    const recounted = await ports.alerts.recountReleased(tx, input.merchantId, {
      resolvedSince,
      orderId: input.orderId,
    });
    // A page changes no rule.
    const retold =
      input.scope === 'page' ? [] : await ports.alerts.retellDecisions(tx, input.merchantId, resolvedSince);
    if (ports.notifier !== null && changed.length + toldAnew + recounted.length + retold.length > 0)
      await ports.jobs.enqueue(tx, [outboxJob()]);
    return { changed: changed.length };
  });
}

/** A new message now, where one may be posted now; in quiet hours the card stays as it is, and is told anew after them. */
async function tellAnew(
  ports: AlertDeskPorts,
  tx: Tx,
  merchantId: string,
  grown: readonly GrownAlert[],
  now: Date,
): Promise<number> {
  if (grown.length === 0) return 0;
  const alerts = grown.map(({ alert }) => alert);
  const places = await whereToShow(ports, tx, alerts, now);
  const ringing = grown.filter(({ alert }) => places.get(alert.id)?.kind === 'channel');
  const wanted = ringing.map(({ alert, urgency }) => ({ id: alert.id, urgency }));
  await ports.alerts.tellAnew(tx, merchantId, wanted, { now, reopenWithinMs });
  return ringing.length;
}

/** The job that draws one alert's message for a person who waits for it, or at a time of its own. */
export const deliverJob = (merchantId: string, alertId: string): Job<'alert.deliver'> => ({
  task: 'alert.deliver',
  payload: { merchantId, alertId },
  key: `alert.deliver:${alertId}`,
  maxAttempts: 25,
});

/** The jobs of a snooze: the card says it at once, and says it no more when it is over. */
export const snoozeJobs = (merchantId: string, alertId: string, until: Date): readonly AnyJob[] => [
  { ...deliverJob(merchantId, alertId), payload: { merchantId, alertId, why: 'snooze' } },
  { ...deliverJob(merchantId, alertId), key: `alert.wake:${alertId}`, runAt: until },
];

/**
 * The job that shows whatever is due. One that waits for its time is another than the one that is to run at once: a
 * waiting job with the same key would be put off.
 */
export const outboxJob = (runAt?: Date): AnyJob => ({
  task: 'alert.outbox',
  payload: {},
  key: runAt === undefined ? 'alert.outbox' : 'alert.outbox:later',
  runAt,
  maxAttempts: 25,
});
