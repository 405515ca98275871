import type { AlertView } from '../alert/types.ts';
import { type Notifier, NotifierError } from '../ports/notifier.ts';
import { type AlertDeskPorts, deliverJob } from './settle-alerts.ts';

/** Slack's clock and ours may differ; a search for a lost post starts this much earlier. */
const clockSlackMs = 60_000;
/** A post is a matter of seconds: one that began this long ago died, one that is younger belongs to another worker. */
const postTimeoutMs = 30_000;

/**
 * Posts, redraws or resolves one alert's message. Safe to run twice and after a crash at any point: the intention to
 * post is a row before the post, and a post whose answer never came is looked for by its metadata before another one.
 * Throws `NotifierError` of kind `retryable`: the job engine repeats.
 */
export async function deliverAlert(
  ports: AlertDeskPorts,
  input: { readonly merchantId: string; readonly alertId: string },
): Promise<'delivered' | 'nothing_to_do' | 'undeliverable'> {
  const { notifier } = ports;
  if (notifier === null) return 'nothing_to_do';
  const started = ports.clock.now();

  const claimed = await ports.database.transaction(async (tx) => {
    const alert = await ports.alerts.lock(tx, input.merchantId, input.alertId);
    if (alert === null || alert.deliveredVersion >= alert.version) return null;
    if (alert.messageTs === null && alert.state === 'resolved' && alert.postingSince === null) {
      // Came and went before anybody could see it: nothing to say.
      await ports.alerts.markDelivered(tx, alert.merchantId, alert.id, {
        version: alert.version,
        channelId: alert.channelId ?? '',
        messageTs: '',
      });
      return null;
    }
    if (alert.state === 'open' && alert.snoozedUntil !== null && alert.snoozedUntil > started) {
      await ports.jobs.enqueue(tx, [deliverJob(alert.merchantId, alert.id, alert.snoozedUntil)]);
      return null;
    }
    const isBeingPosted =
      alert.postingSince !== null && started.getTime() - alert.postingSince.getTime() < postTimeoutMs;
    if (alert.messageTs === null && isBeingPosted) {
      await ports.jobs.enqueue(tx, [
        deliverJob(alert.merchantId, alert.id, new Date(started.getTime() + postTimeoutMs)),
      ]);
      return null;
    }
    const channelId = alert.channelId ?? (await ports.alerts.route(tx, alert)) ?? ports.defaultChannelId;
    if (channelId === null) {
      await ports.alerts.markDeliveryError(tx, alert.merchantId, alert.id, 'no_channel', false);
      return null;
    }
    if (alert.messageTs === null) await ports.alerts.markPosting(tx, alert.merchantId, alert.id, channelId, started);
    return { alert, channelId };
  });
  if (claimed === null) return 'nothing_to_do';

  try {
    const messageTs = await show(notifier, claimed.alert, claimed.channelId);
    await ports.database.transaction(async (tx) => {
      const { alert, channelId } = claimed;
      await ports.alerts.markDelivered(tx, alert.merchantId, alert.id, {
        version: alert.version,
        channelId,
        messageTs,
      });
      const now = await ports.alerts.show(tx, alert.merchantId, alert.id);
      // It changed while Slack answered: once more, with the same pause as every edit.
      if (now !== null && now.version > alert.version) {
        await ports.jobs.enqueue(tx, [deliverJob(alert.merchantId, alert.id)]);
      }
    });
    return 'delivered';
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    return recordFailure(ports, claimed.alert, error);
  }
}

async function show(notifier: Notifier, alert: AlertView, channelId: string): Promise<string> {
  if (alert.messageTs !== null) {
    await notifier.update(channelId, alert.messageTs, alert);
    return alert.messageTs;
  }
  if (alert.postingSince !== null) {
    // From when the alert was opened, not from the last attempt: several attempts may have died.
    const found = await notifier.find(channelId, alert.id, new Date(alert.openedAt.getTime() - clockSlackMs));
    if (found !== null) {
      await notifier.update(channelId, found.messageTs, alert);
      return found.messageTs;
    }
  }
  const { messageTs } = await notifier.post(channelId, alert);
  return messageTs;
}

async function recordFailure(ports: AlertDeskPorts, alert: AlertView, error: NotifierError): Promise<'undeliverable'> {
  const { id, merchantId } = alert;
  if (error.kind === 'retryable') {
    if (error.outcomeUnknown) throw error;
    // Nothing was posted for certain: free the claim, so that the next attempt need not search.
    await ports.database.transaction(async (tx) => {
      await ports.alerts.markDeliveryError(tx, merchantId, id, error.code, alert.messageTs === null);
      const pauseMs = error.retryAfterMs ?? editRetryPauseMs;
      await ports.jobs.enqueue(tx, [deliverJob(merchantId, id, new Date(ports.clock.now().getTime() + pauseMs))]);
    });
    return 'undeliverable';
  }
  await ports.database.transaction(async (tx) => {
    const forget = error.kind === 'message_gone' || error.kind === 'channel_unusable' || alert.messageTs === null;
    await ports.alerts.markDeliveryError(tx, merchantId, id, error.code, forget);
    if (error.kind === 'message_gone') await ports.jobs.enqueue(tx, [deliverJob(merchantId, id)]);
  });
  ports.log.warn({ alertId: id, kind: error.kind, code: error.code }, 'an alert could not be shown in Slack');
  return 'undeliverable';
}

/** Slack did not say how long to wait. */
const editRetryPauseMs = 5_000;
