import { sql } from 'drizzle-orm';
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, merchantId, moment } from './columns.ts';
import { orders, recipients } from './orders.ts';

/** One open reason why an order must not leave. */
export const holds = pgTable(
  'holds',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    orderId: uuid('order_id').notNull(),
    code: text('code').notNull(),
    origin: text('origin').notNull(),
    /** Which SKU, payment type, method, fields; '' where there is only one. */
    subject: text('subject').notNull().default(''),
    /** Names for the screen text; no recipient data. */
    detail: jsonb('detail').$type<Record<string, string>>().notNull().default({}),
    openedAt: moment('opened_at').notNull(),
    openedBy: text('opened_by').notNull(),
    /** operator_hold: released by itself at this moment. */
    releaseAt: moment('release_at'),
    note: text('note'),
    closedAt: moment('closed_at'),
    closedBy: text('closed_by'),
    closedVia: text('closed_via'),
    /** What closed it, e.g. `mapped`, `released`, `platform`. */
    resolution: text('resolution'),
    resolutionNote: text('resolution_note'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    // As `holdKey` of core/order/holds.ts: a barcode and a SKU that read the same are two.
    uniqueIndex('holds_open')
      .on(t.orderId, t.code, t.subject, sql`(coalesce(detail->>'keyKind', '') = 'barcode')`)
      .where(sql`${t.closedAt} is null`),
    index('holds_open_subject')
      .on(t.merchantId, t.storeId, t.code, t.subject, t.orderId)
      .where(sql`${t.closedAt} is null`),
    // What the end of a cause released, whatever else is open.
    index('holds_closed_subject')
      .on(t.merchantId, t.storeId, t.code, t.subject, t.closedAt)
      .where(sql`${t.closedAt} is not null`),
    index('holds_order').on(t.merchantId, t.orderId),
    index('holds_release').on(t.releaseAt).where(sql`${t.closedAt} is null and ${t.releaseAt} is not null`),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'holds_order_fk',
    }).onDelete('cascade'),
    check('holds_origin', sql`${t.origin} in ('derived', 'platform', 'person', 'dispatch')`),
    check(
      'holds_code',
      sql`${t.code} in ('sku_missing', 'sku_unmapped', 'payment_unknown', 'payment_blocked', 'shipping_method_missing', 'shipping_method_unmapped', 'address_incomplete', 'no_shippable_items', 'cancellation_requested', 'stock_short', 'platform_hold', 'scheduled', 'operator_hold')`,
    ),
  ],
);

/** Reasons that a person overruled with a note: a re-evaluation does not open them again. */
export const holdReleases = pgTable(
  'hold_releases',
  {
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    code: text('code').notNull(),
    subject: text('subject').notNull(),
    /** The platform's words that were judged; null for a rule's hold. For other words it holds anew. */
    reason: text('reason'),
    releasedBy: text('released_by').notNull(),
    note: text('note').notNull(),
    releasedAt: moment('released_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.orderId, t.code, t.subject] }),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'hold_releases_order_fk',
    }).onDelete('cascade'),
  ],
);

/** What failed, with its reason; shown under the status. */
export const orderExceptions = pgTable(
  'order_exceptions',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    orderId: uuid('order_id').notNull(),
    code: text('code').notNull(),
    /** What it is about: the writeback's id, the carrier's code; '' where there is only one. */
    subject: text('subject').notNull().default(''),
    /** For the person: what happened and what to do. */
    message: text('message').notNull(),
    /** The platform's own code and words. */
    platformCode: text('platform_code'),
    platformMessage: text('platform_message'),
    /** Where the goods were to go before the platform changed the address: shown beside the new one, purged with it. */
    previousRecipientId: uuid('previous_recipient_id'),
    openedAt: moment('opened_at').notNull(),
    closedAt: moment('closed_at'),
    closedBy: text('closed_by'),
    closedVia: text('closed_via'),
    resolution: text('resolution'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    uniqueIndex('order_exceptions_open').on(t.orderId, t.code, t.subject).where(sql`${t.closedAt} is null`),
    index('order_exceptions_store').on(t.merchantId, t.storeId, t.code).where(sql`${t.closedAt} is null`),
    index('order_exceptions_order').on(t.merchantId, t.orderId),
    index('order_exceptions_previous').on(t.merchantId, t.orderId).where(sql`${t.previousRecipientId} is not null`),
    foreignKey({
      columns: [t.merchantId, t.previousRecipientId],
      foreignColumns: [recipients.merchantId, recipients.id],
      name: 'order_exceptions_previous_recipient_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'order_exceptions_order_fk',
    }).onDelete('cascade'),
  ],
);
