import type { Claim, Park } from '../alert/outbox-plan.ts';
import type { Bucket } from '../alert/slack-rate.ts';
import type { AlertView } from '../alert/types.ts';
import type { Grant } from '../people/actor.ts';
import type { Tx } from './database.ts';
import type { Notifier } from './notifier.ts';

export interface SettleOutcome {
  /** Alerts whose message is now out of date, oldest first. */
  readonly changed: readonly { readonly id: string; readonly isNew: boolean }[];
  /** Whose cause has come further than their message, which edits alone would keep silent about. */
  readonly grown: readonly GrownAlert[];
}

/** An open alert with a message of its own, not snoozed, that was posted for less than `urgency`. */
export interface GrownAlert {
  readonly alert: AlertView;
  readonly urgency: number;
}

export interface SettleAsked {
  readonly now: Date;
  readonly reopenWithinMs: number;
  /** False: alerts that time alone brings (a ship-by that is near) stay as they are. */
  readonly withDeadlines: boolean;
}

export interface OutboxPauses {
  /** Between two edits of one message. */
  readonly editMs: number;
  /** A call that was begun this long ago and has no answer is taken for dead. */
  readonly leaseMs: number;
}

export interface DeliveryFailure {
  /** Slack's error name, or ours. */
  readonly error: string;
  /** Not tried again before. */
  readonly until: Date | null;
  /** The call may have arrived all the same: the next one looks first. */
  readonly outcomeUnknown: boolean;
  /** The message is gone or its channel cannot be used: the next one posts anew. */
  readonly forgetMessage: boolean;
}

/** Messages of one merchant that wait for the same reason. */
export interface WaitingMessages {
  readonly merchantId: string;
  /** Null: not posted yet, so not chosen. */
  readonly channelId: string | null;
  readonly what: 'post' | 'edit';
  /** Slack's error name, or ours; null: only for their turn at Slack's pace. */
  readonly why: string | null;
  readonly count: number;
  /** Since when the longest waiting one is behind. */
  readonly since: Date;
  /** When the first of them is looked at again; null: at its turn. */
  readonly until: Date | null;
}

/** Calls that Slack told us not to make. `slack`: any call. */
export interface BlockedCalls {
  /** `chat.update`, `chat.postMessage:C123`, `slack`. */
  readonly bucket: string;
  readonly until: Date;
}

/** Where a page of a summary's causes begins: at a cause (`from`), beside it, or at the first one. */
export type CausesFrom =
  | { readonly way: 'first' }
  | { readonly way: 'from' | 'after' | 'before'; readonly at: Date; readonly id: string };

export interface AlertRepository {
  /**
   * Brings the merchant's alert rows in line with what is open now, in one pass: new causes get a row (or the one that
   * was resolved less than `reopenWithinMs` ago again), changed ones the new numbers, gone ones are resolved with who and
   * how; many new ones of a kind are folded into a summary (core/alert/storm.ts). Serialized per merchant by a
   * transaction lock.
   */
  settle(tx: Tx, merchantId: string, asked: SettleAsked): Promise<SettleOutcome>;
  /**
   * Ends these alerts as `told_anew` and opens others for the same causes, whose messages are new and ring: of the same
   * person, not snoozed. Many at once fold like new causes.
   */
  tellAnew(
    tx: Tx,
    merchantId: string,
    grown: readonly { readonly id: string; readonly urgency: number }[],
    asked: { readonly now: Date; readonly reopenWithinMs: number },
  ): Promise<void>;
  /** The alert with its names, its row locked; null when there is none. */
  lock(tx: Tx, merchantId: string, alertId: string): Promise<AlertView | null>;
  show(tx: Tx, merchantId: string, alertId: string): Promise<AlertView | null>;
  /** Open alerts of these merchants, or of one store of theirs, most orders first, then oldest. */
  listOpen(
    tx: Tx,
    asked: { readonly merchantIds: readonly string[]; readonly storeId?: string | undefined; readonly limit: number },
  ): Promise<readonly AlertView[]>;
  /**
   * Alerts whose message lags behind and may be shown at `now`, their rows locked: posts before edits, of these the
   * settled before the rest, each the longest waiting first. What came and went before anybody could see it is marked
   * as shown; a settled card whose Undo has ended (core/alert/undo.ts) is drawn once more. One caller at a time over all processes, until the transaction ends.
   */
  due(tx: Tx, now: Date, pauses: OutboxPauses): Promise<readonly AlertView[]>;
  /**
   * When the next alert that lags behind may be shown, of those that may not yet, or the next Undo ends; null: none waits.
   * `seen` is what `due` gave: what it passed over, because somebody else had it locked, is looked at again in a moment.
   */
  nextDueAt(tx: Tx, now: Date, pauses: OutboxPauses, seen: readonly AlertView[]): Promise<Date | null>;
  /** What is still to be shown, over all merchants; most first. */
  waiting(tx: Tx, now: Date): Promise<readonly WaitingMessages[]>;
  /** What Slack said to wait with, that is not over. */
  blocked(tx: Tx, now: Date): Promise<readonly BlockedCalls[]>;
  /** A call is about to be made for each of these. */
  claim(tx: Tx, claims: readonly Claim[], since: Date): Promise<void>;
  /** They wait until then, and their rows say why. */
  park(tx: Tx, parked: readonly Park[]): Promise<void>;
  /**
   * The buckets that have been used, their rows locked. What was written while our clock was ahead (core/moved-clock.ts)
   * holds for as long as was promised, from now on; so everywhere below.
   */
  buckets(tx: Tx, names: readonly string[], now: Date): Promise<ReadonlyMap<string, Bucket>>;
  saveBuckets(tx: Tx, freeAt: ReadonlyMap<string, Date>, now: Date): Promise<void>;
  /**
   * A call goes out ahead of its turn: it counts for as much as `earnedMs`, 0 for nothing. Gives until when Slack said to
   * wait; null: it did not.
   */
  noteCall(tx: Tx, name: string, now: Date, earnedMs: number): Promise<Date | null>;
  /** Slack said to wait: no call from this bucket before; a later `until` wins. */
  blockBucket(tx: Tx, name: string, until: Date, now: Date): Promise<void>;
  /**
   * Causes that a summary folds and that are still open, in the order in which they opened: it stands still while they
   * are settled, so that no page leaves one out. Where nothing is left there, the page nearest to it.
   */
  stormCauses(
    tx: Tx,
    merchantId: string,
    stormId: string,
    page: { readonly from: CausesFrom; readonly limit: number; readonly without?: string | undefined },
  ): Promise<{ readonly causes: readonly AlertView[]; readonly before: number; readonly total: number }>;
  /** Who has it (null: nobody any more), until when it stays quiet, or that the quiet is over: each is on the card, so the version moves. */
  tend(
    tx: Tx,
    merchantId: string,
    alertId: string,
    change: { readonly assignedTo?: string | null; readonly snoozedUntil?: Date; readonly isAwake?: boolean },
  ): Promise<void>;
  /**
   * Counts anew what a batch can still take of the orders that settled causes released. Given: those whose cards say
   * another number; their versions have moved.
   */
  recountReleased(tx: Tx, merchantId: string, which: ReleasedAlerts): Promise<readonly { readonly id: string }[]>;
  /** Payment types and methods that were decided anew after they settled a card; given: whose cards say so now, versions moved. */
  retellDecisions(tx: Tx, merchantId: string, resolvedSince: Date): Promise<readonly { readonly id: string }[]>;
  markDelivered(
    tx: Tx,
    merchantId: string,
    alertId: string,
    delivered: { readonly version: number; readonly channelId: string; readonly messageTs: string; readonly at: Date },
  ): Promise<void>;
  markDeliveryError(tx: Tx, merchantId: string, alertId: string, failure: DeliveryFailure): Promise<void>;
  /** Merchants with anything that could need an alert: for the minute's round. */
  merchantIds(tx: Tx): Promise<readonly string[]>;
}

/** One settled alert; those settled lately that still offer what they released; those that released this order. */
export type ReleasedAlerts =
  | { readonly alertId: string }
  | { readonly resolvedSince: Date; readonly orderId?: string | undefined };

/** A gesture of a person in Slack. */
export interface NewInteraction {
  readonly id: string;
  /** The same on redelivery. */
  readonly dedupeKey: string;
  readonly kind: string;
  /** The verified body as JSON. */
  readonly payload: string;
  readonly slackUserId: string;
}

export interface InteractionRepository {
  /** The ids of those that were not recorded yet; of two with the same `dedupeKey` the first. */
  record(tx: Tx, interactions: readonly NewInteraction[]): Promise<ReadonlySet<string>>;
  /** The unfinished interaction's payload; null when done or unknown. */
  open(tx: Tx, interactionId: string): Promise<{ readonly kind: string; readonly payload: string } | null>;
  /** Marks it done and deletes its payload. */
  finish(tx: Tx, interactionId: string, outcome: string, at: Date): Promise<void>;
}

/** A Slack user whom the desk has met. */
export interface SlackPersonLink {
  readonly id: string;
  readonly slackUserId: string;
  readonly displayName: string;
  readonly personId: string | null;
  readonly personName: string | null;
  readonly isConfirmed: boolean;
  /** Was confirmed, and an owner took it back. */
  readonly isUnlinked: boolean;
}

export interface SlackPeopleRepository {
  /** Null when never met. `personId` is null where no active desk user has this e-mail. */
  find(
    tx: Tx,
    user: { readonly teamId: string; readonly userId: string },
  ): Promise<{
    readonly personId: string | null;
    readonly name: string;
    readonly isConfirmed: boolean;
    readonly isUnlinked: boolean;
    readonly grants: readonly Grant[];
  } | null>;
  /** Notes a user at first contact, linked to the desk user with the same e-mail, not yet confirmed. */
  meet(
    tx: Tx,
    user: { readonly teamId: string; readonly userId: string; readonly email: string | null; readonly name: string },
  ): Promise<void>;
  /** Those who wait for a confirmation first. */
  list(tx: Tx): Promise<readonly SlackPersonLink[]>;
  /** Null, and nothing written, when either side does not exist or the person is disabled. */
  confirm(
    tx: Tx,
    link: { readonly id: string; readonly personId: string; readonly at: Date },
  ): Promise<{
    readonly slackName: string;
    readonly slackUserId: string;
    readonly personName: string;
    /** Who the user was taken for before; null when nobody was. */
    readonly personIdBefore: string | null;
  } | null>;
  /** Nobody at the desk from now on, until confirmed anew. Null when the user does not exist or was nobody already. */
  unlink(
    tx: Tx,
    link: { readonly id: string; readonly at: Date },
  ): Promise<{ readonly slackName: string; readonly slackUserId: string; readonly personId: string } | null>;
}

/** Repositories of this area; see db/repositories/alerting.ts. */
export interface AlertingPorts {
  readonly alerts: AlertRepository;
  readonly interactions: InteractionRepository;
  readonly slackPeople: SlackPeopleRepository;
  /** Null while Slack is not connected: alerts wait in their rows. */
  readonly notifier: Notifier | null;
  /** The channel when no route says otherwise. */
  readonly defaultChannelId: string | null;
}
