import { sql } from 'drizzle-orm';
import {
  boolean,
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
    /** Moves with every change of what the message should say. */
    version: integer('version').notNull().default(1),
    /** The version that Slack shows; smaller than `version`: a delivery is due. */
    deliveredVersion: integer('delivered_version').notNull().default(0),
    channelId: text('channel_id'),
    messageTs: text('message_ts'),
    /** A post was begun and its answer is not known: look for it by metadata before posting again. */
    postingSince: moment('posting_since'),
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
    index('alerts_due').on(t.merchantId).where(sql`${t.deliveredVersion} < ${t.version}`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'alerts_store_fk',
    }),
    check('alerts_state', sql`${t.state} in ('open', 'resolved')`),
  ],
);

/** Which channel hears of what; most specific wins. */
export const slackRoutes = pgTable('slack_routes', {
  id: id().primaryKey(),
  merchantId: uuid('merchant_id').references(() => merchants.id),
  storeId: uuid('store_id'),
  kind: text('kind'),
  channelId: text('channel_id').notNull(),
  channelName: text('channel_name'),
  /** Why it cannot be used: archived, not a member … */
  brokenReason: text('broken_reason'),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
});

/** The one workspace; the token is sealed, bound to `slack_installation:<team>`. */
export const slackInstallation = pgTable('slack_installation', {
  teamId: text('team_id').primaryKey(),
  appId: text('app_id'),
  botUserId: text('bot_user_id'),
  botId: text('bot_id'),
  sealedBotToken: text('sealed_bot_token'),
  unknownPeopleMayLook: boolean('unknown_people_may_look').notNull().default(false),
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
