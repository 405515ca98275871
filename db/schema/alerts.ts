import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { StormSummary } from '../../core/alert/types.ts';
import { createdAt, id, merchantId, moment } from './columns.ts';
import { merchants } from './people.ts';
import { stores } from './stores.ts';

/** One Slack message about one cause, updated in place until the cause is gone. */
export const alerts = pgTable(
  'alerts',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    storeId: uuid('store_id'),
    /** `held:sku_unmapped`, `writeback_failed`, `authorization_expiring` … */
    kind: text('kind').notNull(),
    /** What makes the cause one: store and SKU, store and platform error, authorization … */
    subject: text('subject').notNull(),
    title: text('title').notNull(),
    state: text('state').notNull().default('open'),
    orderCount: integer('order_count').notNull().default(0),
    /** { USD: '4210.50' } */
    amounts: jsonb('amounts').$type<Record<string, string>>().notNull().default({}),
    /** Up to five: [{ id, number }] */
    sample: jsonb('sample').$type<{ id: string; number: string }[]>().notNull().default([]),
    detail: jsonb('detail').$type<Record<string, string>>().notNull().default({}),
    oldestAt: moment('oldest_at'),
    nearestShipBy: moment('nearest_ship_by'),
    /**
     * How far the cause had come, where that grows, when its message was posted: a greater one is told by a new message.
     * Null: not known, the next settlement takes what it finds.
     */
    urgency: integer('urgency'),
    /** Moves with every change of what the message should say. */
    version: integer('version').notNull().default(1),
    /** The version that Slack shows; smaller than `version`: a delivery is due. */
    deliveredVersion: integer('delivered_version').notNull().default(0),
    channelId: text('channel_id'),
    messageTs: text('message_ts'),
    /**
     * A call to Slack was begun and its answer is not known: no second one meanwhile. A post is looked for by its
     * metadata before it is repeated.
     */
    postingSince: moment('posting_since'),
    /** When the message was last posted or edited. */
    shownAt: moment('shown_at'),
    /** Not before; `delivery_error` says why. */
    deliverAfter: moment('deliver_after'),
    /** A summary of many causes of one kind: { causeCount, largest: […] }. Null: a cause of its own. */
    storm: jsonb('storm').$type<StormSummary>(),
    /** The summary that shows this cause; it has no message of its own then. */
    foldedInto: uuid('folded_into'),
    /** The alert of the same cause that this one tells anew. */
    follows: uuid('follows'),
    assignedTo: uuid('assigned_to'),
    snoozedUntil: moment('snoozed_until'),
    openedAt: moment('opened_at').notNull(),
    resolvedAt: moment('resolved_at'),
    resolvedBy: text('resolved_by'),
    resolvedVia: text('resolved_via'),
    resolution: text('resolution'),
    deliveryError: text('delivery_error'),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    uniqueIndex('alerts_open').on(t.merchantId, t.kind, t.subject).where(sql`${t.state} = 'open'`),
    index('alerts_due').on(t.merchantId).where(sql`${t.deliveredVersion} < ${t.version} and ${t.foldedInto} is null`),
    index('alerts_folded').on(t.merchantId, t.foldedInto).where(sql`${t.foldedInto} is not null`),
    /** Settled cards whose Undo ends soon. */
    index('alerts_mapped')
      .on(t.resolvedAt)
      .where(sql`${t.state} = 'resolved' and ${t.resolution} = 'mapped' and ${t.messageTs} is not null`),
    /** Settled cards that offer what they released. */
    index('alerts_released')
      .on(t.merchantId, t.resolvedAt)
      .where(sql`${t.state} = 'resolved' and ${t.detail}->>'dispatchable' <> '0'`),
    index('alerts_storms').on(t.merchantId).where(sql`${t.storm} is not null and ${t.state} = 'open'`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'alerts_store_fk',
    }),
    check('alerts_state', sql`${t.state} in ('open', 'resolved')`),
  ],
);

/** How fast Slack may be called, over all processes: one row a bucket, `chat.postMessage:C123` or `chat.update`. */
export const slackPacing = pgTable('slack_pacing', {
  bucket: text('bucket').primaryKey(),
  /** When all calls taken so far are earned back. */
  freeAt: moment('free_at').notNull(),
  /** When `free_at` was written, by the clock that it goes by. */
  takenAt: moment('taken_at'),
  /** Slack said 429: no call before. */
  blockedUntil: moment('blocked_until'),
  /** Likewise of `blocked_until`. */
  blockedAt: moment('blocked_at'),
});

/** The one workspace; the token is sealed, bound to `slack_installation:<team>`. */
export const slackInstallation = pgTable('slack_installation', {
  teamId: text('team_id').primaryKey(),
  appId: text('app_id'),
  botUserId: text('bot_user_id'),
  botId: text('bot_id'),
  sealedBotToken: text('sealed_bot_token'),
  checkedAt: moment('checked_at'),
  createdAt: createdAt(),
});

/** Every Slack interaction, recorded before it is acknowledged. */
export const interactions = pgTable(
  'interactions',
  {
    id: id().primaryKey(),
    /** Same on redelivery and double click. */
    dedupeKey: text('dedupe_key').notNull().unique(),
    kind: text('kind').notNull(),
    /** The verified payload as JSON text; deleted when done (it may hold what a person typed). */
    payload: text('payload'),
    slackUserId: text('slack_user_id').notNull(),
    receivedAt: moment('received_at').notNull().default(sql`now()`),
    doneAt: moment('done_at'),
    outcome: text('outcome'),
  },
  (t) => [index('interactions_open').on(t.receivedAt).where(sql`${t.doneAt} is null`)],
);
