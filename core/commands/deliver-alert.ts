import { bucketsOf, type Claim, planOutbox } from '../alert/outbox-plan.ts';
import { everyCall } from '../alert/slack-rate.ts';
import type { AlertView } from '../alert/types.ts';
import { type Place, whereToShow } from '../alert/where-to-show.ts';
import type { Tx } from '../ports/database.ts';
import { type Notifier, NotifierError } from '../ports/notifier.ts';
import { channelBroke } from '../slack/channel-broke.ts';
import { type AlertDeskPorts, outboxJob } from './settle-alerts.ts';

/** Edits of one message are drawn together: Slack allows about 50 a minute for the whole workspace. */
const editPauseMs = 3_000;
/** A call is a matter of seconds: one that began this long ago died, one that is younger belongs to another worker. */
const leaseMs = 30_000;
/** A worker that stood still for so long since its claim leaves the call to the next one, which may come any moment. */
const tooLateMs = leaseMs / 2;
/** Slack's clock and ours may differ; a search for a lost post starts this much earlier. */
const clockSlackMs = 60_000;
/** Calls to Slack at once. */
const mostAtOnce = 8;

export const outboxPauses = { editMs: editPauseMs, leaseMs } as const;

/** Where Slack does not say how long to wait. */
const waitMs = {
  limited: 5_000,
  away: 10_000,
  refused: 10 * 60_000,
  unauthorized: 60_000,
} as const;

export interface OutboxRound {
  readonly claims: readonly Claim[];
  /** When there is something to do again; null: nothing waits. */
  readonly nextAt: Date | null;
}

/**
 * Takes what may be shown now, at Slack's pace over all processes, the most urgent first. Each taken row says so before
 * Slack is called: a process that dies leaves a row that another one finishes.
 */
export async function claimDue(ports: AlertDeskPorts): Promise<OutboxRound> {
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const alerts = await ports.alerts.due(tx, now, outboxPauses);
    const { claims, nextAt } = await take(ports, tx, alerts, now, false);
    const laterAt = await ports.alerts.nextDueAt(tx, now, outboxPauses, alerts);
    return { claims, nextAt: earlier(nextAt, laterAt) };
  });
}

/**
 * Posts, redraws or resolves one alert's message now: for a person who waits for it, so without the pause between edits
 * and ahead of its turn, but never before Slack's own Retry-After. Of a folded cause it is the summary's message. Safe to
 * run twice and after a crash at any point: the intention is a row before the call, and a post whose answer never came
 * is looked for by its metadata before another one.
 */
export async function deliverAlert(
  ports: AlertDeskPorts,
  input: { readonly merchantId: string; readonly alertId: string; readonly why?: 'snooze' | undefined },
): Promise<'delivered' | 'nothing_to_do' | 'undeliverable'> {
  if (ports.notifier === null) return 'nothing_to_do';
  const claim = await ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const alert = await awake(ports, tx, await lockShown(ports, tx, input), now);
    if (alert === null || alert.deliveredVersion >= alert.version) return null;
    const isUnderWay = alert.postingSince !== null && now.getTime() - alert.postingSince.getTime() < leaseMs;
    const saysSnooze = input.why === 'snooze' && alert.messageTs !== null;
    const isQuiet = !saysSnooze && alert.state === 'open' && alert.snoozedUntil !== null && alert.snoozedUntil > now;
    const wasNeverSeen = alert.state === 'resolved' && alert.messageTs === null && alert.postingSince === null;
    const { claims } =
      isUnderWay || isQuiet || wasNeverSeen ? { claims: [] } : await take(ports, tx, [alert], now, true);
    // The rounds mark what was never seen, and come back when what is in the way has passed.
    if (claims.length === 0) await ports.jobs.enqueue(tx, [outboxJob()]);
    return claims[0] ?? null;
  });
  return claim === null ? 'nothing_to_do' : deliverClaim(ports, claim);
}

/** A snooze that is over leaves the card. */
async function awake(ports: AlertDeskPorts, tx: Tx, alert: AlertView | null, now: Date): Promise<AlertView | null> {
  if (alert === null || alert.state !== 'open' || alert.snoozedUntil === null || alert.snoozedUntil > now) return alert;
  await ports.alerts.tend(tx, alert.merchantId, alert.id, { isAwake: true });
  return ports.alerts.lock(tx, alert.merchantId, alert.id);
}

async function lockShown(
  ports: AlertDeskPorts,
  tx: Tx,
  { merchantId, alertId }: { readonly merchantId: string; readonly alertId: string },
): Promise<AlertView | null> {
  const alert = await ports.alerts.lock(tx, merchantId, alertId);
  const stormId = alert?.foldedInto ?? null;
  return stormId === null ? alert : ports.alerts.lock(tx, merchantId, stormId);
}

async function take(
  ports: AlertDeskPorts,
  tx: Tx,
  alerts: readonly AlertView[],
  now: Date,
  isAsked: boolean,
): Promise<OutboxRound> {
  if (alerts.length === 0) return { claims: [], nextAt: null };
  const unplaced = alerts.filter(({ messageTs }) => messageTs === null);
  const places: ReadonlyMap<string, Place> =
    unplaced.length === 0 ? new Map() : await whereToShow(ports, tx, unplaced, now);
  const buckets = await ports.alerts.buckets(tx, bucketsOf(alerts, places), now);
  const plan = planOutbox({ alerts, places, buckets, now, most: mostAtOnce, isAsked });
  await ports.alerts.saveBuckets(tx, plan.freeAt, now);
  await ports.alerts.park(tx, plan.parked);
  await ports.alerts.claim(tx, plan.claims, now);
  return { claims: plan.claims, nextAt: plan.nextAt };
}

const earlier = (a: Date | null, b: Date | null): Date | null => (a !== null && (b === null || a <= b) ? a : b);

/** Makes the call of one claim and writes down what came of it. Never throws for what Slack says. */
export async function deliverClaim(ports: AlertDeskPorts, claim: Claim): Promise<'delivered' | 'undeliverable'> {
  const { notifier } = ports;
  const { alert, channelId } = claim;
  if (notifier === null) return 'undeliverable';
  const claimedAt = ports.clock.now();
  try {
    const messageTs = await show(ports, notifier, claim, claimedAt);
    await ports.database.transaction(async (tx) => {
      await ports.alerts.markDelivered(tx, alert.merchantId, alert.id, {
        version: alert.version,
        channelId,
        messageTs,
        at: ports.clock.now(),
      });
      const now = await ports.alerts.show(tx, alert.merchantId, alert.id);
      // It changed while Slack answered: once more, with the same pause as every edit.
      if (now !== null && now.version > alert.version) await ports.jobs.enqueue(tx, [outboxJob()]);
    });
    return 'delivered';
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    await recordFailure(ports, claim, error);
    return 'undeliverable';
  }
}

/** The message's `ts`; empty when nothing had to be posted after all. */
async function show(
  ports: AlertDeskPorts,
  notifier: Notifier,
  { alert, channelId }: Claim,
  claimedAt: Date,
): Promise<string> {
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
    if (alert.state === 'resolved') return '';
  }
  if (ports.clock.now().getTime() - claimedAt.getTime() > tooLateMs) {
    throw new NotifierError('retryable', 'too_late', { outcomeUnknown: true });
  }
  const { messageTs } = await notifier.post(channelId, alert);
  return messageTs;
}

async function recordFailure(ports: AlertDeskPorts, claim: Claim, error: NotifierError): Promise<void> {
  const { alert, bucket, channelId } = claim;
  const isPost = alert.messageTs === null;
  const now = ports.clock.now();
  const until = new Date(now.getTime() + pauseAfter(error));
  // At once: to the same channel anew, or by the next wider route.
  const isElsewhere = error.kind === 'message_gone' || error.kind === 'channel_unusable';
  await ports.database.transaction(async (tx) => {
    await ports.alerts.markDeliveryError(tx, alert.merchantId, alert.id, {
      error: error.code,
      until: isElsewhere ? null : until,
      outcomeUnknown: isPost && error.outcomeUnknown,
      forgetMessage: isElsewhere || (isPost && !error.outcomeUnknown),
    });
    // A limit of a search or an edit inside a post's claim holds that post back as well, which is what it should.
    if (error.kind === 'channel_unusable') await channelBroke(ports, tx, { channelId, code: error.code });
    const blocked = blockedBy(error, bucket);
    if (blocked !== null) await ports.alerts.blockBucket(tx, blocked, until, now);
    // A round finds out when the next one is due.
    await ports.jobs.enqueue(tx, [outboxJob()]);
  });
  ports.log.warn(
    { alertId: alert.id, kind: error.kind, code: error.code, until: until.toISOString() },
    'an alert could not be shown in Slack',
  );
}

function pauseAfter({ kind, code, retryAfterMs }: NotifierError): number {
  switch (kind) {
    case 'retryable':
      return retryAfterMs ?? (isLimit(code) ? waitMs.limited : waitMs.away);
    case 'not_authorized':
      return waitMs.unauthorized;
    case 'refused':
      return waitMs.refused;
    case 'message_gone':
    case 'channel_unusable':
      return 0;
  }
}

const isLimit = (code: string): boolean => code === 'ratelimited' || code === 'rate_limited';

/** Which further calls would fare the same until then. */
function blockedBy({ kind, code }: NotifierError, bucket: string): string | null {
  if (kind === 'not_authorized') return everyCall;
  if (kind !== 'retryable' || code === 'too_late') return null;
  return isLimit(code) ? bucket : everyCall;
}
