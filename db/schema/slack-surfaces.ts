import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';

/** People who opened the Home tab: it is drawn anew for those who did so lately. */
export const slackHomes = pgTable(
  'slack_homes',
  {
    teamId: text('team_id').notNull(),
    slackUserId: text('slack_user_id').notNull(),
    openedAt: moment('opened_at').notNull(),
    /** When it was last looked at for something new; also what keeps two processes apart. */
    lookedAt: moment('looked_at').notNull().default(sql`'epoch'::timestamptz`),
    /** SHA-256 of what stands there: the same is not sent again. */
    contentHash: text('content_hash'),
    /** Slack's own, given back with the next publish. */
    viewHash: text('view_hash'),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.slackUserId] }), index('slack_homes_opened').on(t.openedAt)],
);

/** Answers of `/orders sync` that still have to be edited until their runs are over. */
export const slackFollows = pgTable('slack_follows', {
  id: id().primaryKey(),
  teamId: text('team_id').notNull(),
  slackUserId: text('slack_user_id').notNull(),
  channelId: text('channel_id'),
  /** Serves five times within half an hour; emptied with the last word. */
  responseUrl: text('response_url'),
  /** Times that it was used. */
  uses: integer('uses').notNull(),
  /** [{ merchantId, runId, storeName, joined }] */
  runs: jsonb('runs').$type<{ merchantId: string; runId: string; storeName: string; joined: boolean }[]>().notNull(),
  /** What could not be synced, in words. */
  refused: jsonb('refused').$type<string[]>().notNull().default([]),
  createdAt: createdAt(),
  doneAt: moment('done_at'),
});
