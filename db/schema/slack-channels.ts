import { sql } from 'drizzle-orm';
import { boolean, check, date, foreignKey, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';
import { merchants } from './people.ts';
import { stores } from './stores.ts';

/** What the desk knows of a channel that it writes to. A route may lead to a channel without a row: then all is default. */
export const slackChannels = pgTable(
  'slack_channels',
  {
    id: id().primaryKey(),
    /** Slack's id, `C…` or `G…`. */
    channelId: text('channel_id').notNull().unique(),
    name: text('name'),
    /** IANA. Quiet hours, the digest and "tomorrow morning" are said in it; null: nobody chose one. */
    timezone: text('timezone'),
    /** `HH:MM`; both or neither. From later than to: over midnight. */
    quietFrom: text('quiet_from'),
    quietTo: text('quiet_to'),
    /** `HH:MM`; null: off. */
    digestAt: text('digest_at'),
    /** Digests whose time was before this moment are not made up for. */
    digestSince: moment('digest_since'),
    unknownMayLook: boolean('unknown_may_look').notNull().default(false),
    /** Slack's word for why it cannot be written to: `is_archived`, `not_in_channel` … */
    brokenReason: text('broken_reason'),
    brokenSince: moment('broken_since'),
    /** The one message that tells an owner of it: a new id with each break. */
    noticeId: uuid('notice_id'),
    /** The conversation that it goes to. */
    noticeTo: text('notice_to'),
    noticePostingSince: moment('notice_posting_since'),
    noticeTs: text('notice_ts'),
    /** Told, or nobody to tell. */
    noticeDoneAt: moment('notice_done_at'),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    check('slack_channels_quiet', sql`(${t.quietFrom} is null) = (${t.quietTo} is null)`),
    check('slack_channels_broken', sql`(${t.brokenReason} is null) = (${t.brokenSince} is null)`),
  ],
);

/** Which channel hears of what; most specific wins. */
export const slackRoutes = pgTable(
  'slack_routes',
  {
    id: id().primaryKey(),
    merchantId: uuid('merchant_id').references(() => merchants.id),
    storeId: uuid('store_id'),
    kind: text('kind'),
    channelId: text('channel_id').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('slack_routes_target').on(t.merchantId, t.storeId, t.kind).nullsNotDistinct(),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'slack_routes_store_fk',
    }),
    check('slack_routes_store', sql`${t.storeId} is null or ${t.merchantId} is not null`),
  ],
);

/** One digest of one channel and day, written before it is posted. */
export const slackDigests = pgTable(
  'slack_digests',
  {
    channelId: text('channel_id').notNull(),
    /** The channel's own date. */
    day: date('day', { mode: 'string' }).notNull(),
    /** The message carries it as metadata. */
    messageId: uuid('message_id').notNull(),
    /** What it says; null until the first attempt counted it. */
    figures: jsonb('figures').$type<Record<string, unknown>>(),
    postingSince: moment('posting_since'),
    messageTs: text('message_ts'),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.day] })],
);
