import { afterCall, everyCall, nextCallAt, postBucket, rateOf } from '../alert/slack-rate.ts';
import type { Tx } from '../ports/database.ts';
import type { AnyJob } from '../ports/jobs.ts';
import { NotifierError } from '../ports/notifier.ts';
import type { ChannelMessage, SlackMessenger } from '../ports/slack-channels.ts';
import type { SlackPorts } from './ports.ts';

/** A message that is posted exactly once; its row says how far that got. */
export interface Errand {
  readonly channelId: string;
  /** In the message's metadata. */
  readonly messageId: string;
  readonly message: ChannelMessage;
  /** When the row was made: a lost post is not older. */
  readonly since: Date;
  readonly postingSince: Date | null;
}

export interface ErrandSteps {
  /** Reads and locks the row; null: nothing is to be posted. */
  readonly take: (tx: Tx) => Promise<Errand | null>;
  /** A post begins, was made, or certainly was not. */
  readonly save: (
    tx: Tx,
    state: { readonly postingSince: Date | null; readonly messageTs: string | null },
  ) => Promise<void>;
  readonly again: (runAt: Date) => AnyJob;
}

/** Slack's clock and ours may differ; a search for a lost post starts this much earlier. */
const clockSlackMs = 60_000;
/** A post that began this long ago died; one that is younger belongs to another worker. */
const leaseMs = 30_000;
/** A worker that stood still for so long leaves the post to the next one, which may come any moment. */
const tooLateMs = leaseMs / 2;
/** Where Slack does not say how long to wait; after a refused token, longer. */
const retryPauseMs = { retryable: 5_000, not_authorized: 5 * 60_000 } as const;

/**
 * Posts the message unless it is there already: the intention is a row before the post, and a post whose answer never
 * came is looked for by its metadata before another one. Safe to run twice and after a crash at any point.
 * Returns the error of a post that will not succeed; what may is enqueued again.
 */
export async function runErrand(
  ports: SlackPorts,
  messenger: SlackMessenger,
  { take, save, again }: ErrandSteps,
): Promise<NotifierError | null> {
  const started = ports.clock.now();
  const errand = await ports.database.transaction(async (tx) => {
    const taken = await take(tx);
    if (taken === null) return null;
    const later = await takeTurn(ports, tx, taken, started);
    if (later !== null) {
      await ports.jobs.enqueue(tx, [again(later)]);
      return null;
    }
    await save(tx, { postingSince: started, messageTs: null });
    return taken;
  });
  if (errand === null) return null;
  try {
    const messageTs = await show(ports, messenger, errand, started);
    await ports.database.transaction((tx) => save(tx, { postingSince: null, messageTs }));
    return null;
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    return recordFailure(ports, errand, error, { take, save, again });
  }
}

/** Takes the channel's turn for one post, beside the alerts'; else when to come again: somebody is at it, or Slack waits. */
async function takeTurn(ports: SlackPorts, tx: Tx, errand: Errand, now: Date): Promise<Date | null> {
  if (errand.postingSince !== null && now.getTime() - errand.postingSince.getTime() < leaseMs) {
    return new Date(errand.postingSince.getTime() + leaseMs);
  }
  const bucket = postBucket(errand.channelId);
  const rate = rateOf(bucket);
  const buckets = await ports.alerts.buckets(tx, [everyCall, bucket].sort(), now);
  const blocked = [...buckets.values()].map(({ blockedUntil }) => blockedUntil?.getTime() ?? 0);
  const taken = buckets.get(bucket)?.freeAt;
  const turnAt = new Date(Math.max(nextCallAt(taken, rate).getTime(), ...blocked));
  if (turnAt > now) return turnAt;
  await ports.alerts.saveBuckets(tx, new Map([[bucket, afterCall(taken, rate, now)]]), now);
  return null;
}

async function show(
  { clock }: Pick<SlackPorts, 'clock'>,
  messenger: SlackMessenger,
  errand: Errand,
  started: Date,
): Promise<string> {
  const { channelId, messageId, message } = errand;
  if (errand.postingSince !== null) {
    const found = await messenger.find(channelId, messageId, new Date(errand.since.getTime() - clockSlackMs));
    if (found !== null) return found.messageTs;
  }
  if (clock.now().getTime() - started.getTime() > tooLateMs) {
    throw new NotifierError('retryable', 'too_late', { outcomeUnknown: true });
  }
  return (await messenger.post(channelId, messageId, message)).messageTs;
}

async function recordFailure(
  ports: SlackPorts,
  errand: Errand,
  error: NotifierError,
  { save, again }: ErrandSteps,
): Promise<NotifierError | null> {
  const { kind } = error;
  const isLater = kind === 'retryable' || kind === 'not_authorized';
  await ports.database.transaction(async (tx) => {
    // What may have been posted is looked for first, and the lease keeps others away until then.
    if (!error.outcomeUnknown) await save(tx, { postingSince: errand.postingSince, messageTs: null });
    if (!isLater) return;
    const pauseMs = error.outcomeUnknown ? leaseMs : (error.retryAfterMs ?? retryPauseMs[kind]);
    const now = ports.clock.now();
    const until = new Date(now.getTime() + pauseMs);
    if (error.retryAfterMs !== undefined) await ports.alerts.blockBucket(tx, postBucket(errand.channelId), until, now);
    await ports.jobs.enqueue(tx, [again(until)]);
  });
  if (isLater) return null;
  ports.log.warn({ channelId: errand.channelId, code: error.code }, 'a message could not be posted in Slack');
  return error;
}
