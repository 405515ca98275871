import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, merchantId, moment } from './columns.ts';
import { merchants } from './people.ts';

/** One row of the Order Sync Log; also tasks that a person started. */
export const runs = pgTable(
  'runs',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    storeId: uuid('store_id'),
    authorizationId: uuid('authorization_id'),
    kind: text('kind').notNull(),
    /** scheduled, immediate, time_range, order_numbers, first, webhook, held, batch … */
    mode: text('mode').notNull(),
    orderKind: text('order_kind').notNull().default('b2c'),
    since: moment('since'),
    until: moment('until'),
    /** Order numbers asked for; for other tasks the order ids. */
    numbers: text('numbers').array().notNull().default([]),
    status: text('status').notNull().default('queued'),
    outcome: text('outcome'),
    pages: integer('pages').notNull().default(0),
    fetched: integer('fetched').notNull().default(0),
    created: integer('created').notNull().default(0),
    updated: integer('updated').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    held: integer('held').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    recovered: integer('recovered').notNull().default(0),
    /** For tasks with a known size. */
    total: integer('total'),
    error: text('error'),
    personId: uuid('person_id'),
    actorName: text('actor_name').notNull(),
    via: text('via').notNull(),
    /** Task parameters: ids only. */
    parameters: text('parameters'),
    createdAt: createdAt(),
    startedAt: moment('started_at'),
    /** Moved while it runs: a running row without a pulse belongs to a dead process. */
    pulseAt: moment('pulse_at'),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('runs_list').on(t.merchantId, t.createdAt, t.id),
    index('runs_store').on(t.merchantId, t.storeId, t.createdAt),
    /** One sync of a kind at a time: a second request joins the one that waits or runs. */
    uniqueIndex('runs_active')
      .on(t.storeId, t.kind, t.mode, t.orderKind)
      .where(
        sql`${t.status} in ('queued', 'running') and ${t.mode} in ('scheduled', 'immediate', 'first', 'held', 'nightly')`,
      ),
    /** Half a year of runs is far more than wait or run; every minute looks for dead and forgotten ones. */
    index('runs_unfinished').on(t.status, t.createdAt).where(sql`${t.status} in ('queued', 'running')`),
    index('runs_finished').on(t.finishedAt),
    check('runs_kind', sql`${t.kind} in ('sync', 'reconciliation', 'batch_dispatch', 'bulk_retry', 'stock_push')`),
    check('runs_status', sql`${t.status} in ('queued', 'running', 'done', 'failed', 'cancelled')`),
  ],
);

/** The orders of a run, grouped: one row for each (page, result, reason) with its numbers. */
export const runItems = pgTable(
  'run_items',
  {
    id: id(),
    merchantId: merchantId(),
    runId: uuid('run_id').notNull(),
    page: integer('page').notNull(),
    /** created, updated, unchanged, reread, skipped, held, failed, missing, dispatched, refused … */
    result: text('result').notNull(),
    reasonCode: text('reason_code'),
    reason: text('reason'),
    numbers: text('numbers').array().notNull(),
    orderIds: uuid('order_ids').array().notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('run_items_run').on(t.merchantId, t.runId, t.id),
    foreignKey({
      columns: [t.merchantId, t.runId],
      foreignColumns: [runs.merchantId, runs.id],
      name: 'run_items_run_fk',
    }).onDelete('cascade'),
  ],
);
