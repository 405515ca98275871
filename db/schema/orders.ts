import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { HoldReason } from '../../core/order/types.ts';
import { createdAt, id, merchantId, moment, money } from './columns.ts';
import { merchants } from './people.ts';
import { stores } from './stores.ts';
import { shippingChannels, warehouses } from './warehouses.ts';

/** The only table with recipient data; everything else refers to it by id. Purged after the retention time. */
export const recipients = pgTable(
  'recipients',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    name: text('name'),
    phone: text('phone'),
    email: text('email'),
    country: text('country'),
    state: text('state'),
    city: text('city'),
    district: text('district'),
    address1: text('address1'),
    address2: text('address2'),
    zip: text('zip'),
    pickupPointCode: text('pickup_point_code'),
    /** What the buyer wrote: may name people and places, so it lives and dies with the recipient. */
    buyerNote: text('buyer_note'),
    purgedAt: moment('purged_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('recipients_by_name')
      .on(t.merchantId, sql`lower(${t.name}) text_pattern_ops`)
      .where(sql`${t.name} is not null`),
  ],
);

/** Sort keys that are never null; `db/queries/order-walk.ts` uses the same expressions. */
const shipByKey = (shipBy: AnyPgColumn): SQL => sql`coalesce(${shipBy}, 'infinity'::timestamptz)`;
const amountKey = (amount: AnyPgColumn): SQL => sql`coalesce(${amount}, 0)`;
const needsSomebody = (t: { openHoldCount: AnyPgColumn; openExceptionCount: AnyPgColumn }): SQL =>
  sql`${t.openHoldCount} > 0 or ${t.openExceptionCount} > 0`;

/** Sales orders: the platform's facts, and below them the desk's own. */
export const orders = pgTable(
  'orders',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    kind: text('kind').notNull(),
    platformOrderId: text('platform_order_id').notNull(),
    platformOrderNumber: text('platform_order_number').notNull(),
    sourceChannel: text('source_channel'),
    platformStatus: text('platform_status').notNull(),
    platformState: text('platform_state').notNull(),
    platformUpdatedAt: moment('platform_updated_at').notNull(),
    /** Hash of everything the platform owns: equal hash, no write. */
    contentHash: text('content_hash').notNull(),
    orderedAt: moment('ordered_at').notNull(),
    paidAt: moment('paid_at'),
    shipBy: moment('ship_by'),
    currency: text('currency').notNull(),
    itemsAmount: money('items_amount'),
    shippingAmount: money('shipping_amount'),
    taxAmount: money('tax_amount'),
    discountAmount: money('discount_amount'),
    totalAmount: money('total_amount'),
    paymentMethod: text('payment_method'),
    paymentRecord: text('payment_record').notNull(),
    codAmount: money('cod_amount'),
    shippingMethod: text('shipping_method'),
    shippingProvider: text('shipping_provider'),
    tags: text('tags').array().notNull().default([]),
    /** What it says against shipping, as holds; null for nothing. */
    platformHolds: jsonb('platform_holds').$type<readonly HoldReason[]>(),
    /** As the platform gave it. */
    recipientId: uuid('recipient_id'),
    /** An operator's correction; the original is kept. */
    correctedRecipientId: uuid('corrected_recipient_id'),

    status: text('status').notNull(),
    /** Moves with every change a person could have missed: `expectedVersion` of commands. */
    version: integer('version').notNull().default(1),
    openHoldCount: integer('open_hold_count').notNull().default(0),
    openExceptionCount: integer('open_exception_count').notNull().default(0),
    lineCount: integer('line_count').notNull(),
    warehouseId: uuid('warehouse_id').references(() => warehouses.id),
    shippingChannelId: uuid('shipping_channel_id').references(() => shippingChannels.id),
    wmsShippingCost: money('wms_shipping_cost'),
    /** A person did something with it: then a platform change is worth an alert. */
    touchedAt: moment('touched_at'),
    assignedTo: uuid('assigned_to'),
    acknowledgedAt: moment('acknowledged_at'),
    dispatchedAt: moment('dispatched_at'),
    shippedAt: moment('shipped_at'),
    completedAt: moment('completed_at'),
    cancelledAt: moment('cancelled_at'),
    /** When the platform was last asked about this order. */
    seenAt: moment('seen_at').notNull().default(sql`now()`),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('orders_platform_id').on(t.storeId, t.platformOrderId),
    // What the order list reads (db/queries/order-walk.ts): one index a sort, each a grid of status and store.
    // Ascending and read backwards: drizzle's `.desc()` means NULLS LAST, which no `ORDER BY … DESC` of ours asks for.
    index('orders_by_time').on(t.merchantId, t.kind, t.orderedAt, t.id),
    index('orders_list_time').on(t.merchantId, t.kind, t.status, t.storeId, t.orderedAt, t.id),
    index('orders_list_ship_by').on(t.merchantId, t.kind, t.status, t.storeId, shipByKey(t.shipBy), t.id),
    index('orders_list_amount').on(t.merchantId, t.kind, t.status, t.storeId, amountKey(t.totalAmount), t.id),
    // The same for what needs somebody: small, whatever the size of the table.
    index('orders_somebody_time')
      .on(t.merchantId, t.kind, t.status, t.storeId, t.orderedAt, t.id)
      .where(needsSomebody(t)),
    index('orders_somebody_ship_by')
      .on(t.merchantId, t.kind, t.status, t.storeId, shipByKey(t.shipBy), t.id)
      .where(needsSomebody(t)),
    index('orders_somebody_amount')
      .on(t.merchantId, t.kind, t.status, t.storeId, amountKey(t.totalAmount), t.id)
      .where(needsSomebody(t)),
    index('orders_by_channel')
      .on(t.merchantId, t.kind, t.sourceChannel, t.orderedAt, t.id)
      .where(sql`${t.sourceChannel} is not null`),
    index('orders_by_number').on(t.merchantId, sql`lower(${t.platformOrderNumber}) text_pattern_ops`),
    index('orders_by_recipient').on(t.merchantId, t.recipientId),
    index('orders_by_corrected_recipient')
      .on(t.merchantId, t.correctedRecipientId)
      .where(sql`${t.correctedRecipientId} is not null`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'orders_store_fk',
    }),
    foreignKey({
      columns: [t.merchantId, t.recipientId],
      foreignColumns: [recipients.merchantId, recipients.id],
      name: 'orders_recipient_fk',
    }),
    check('orders_kind', sql`${t.kind} in ('b2c', 'b2b')`),
    check(
      'orders_status',
      sql`${t.status} in ('pending', 'acknowledged', 'processing', 'partially_shipped', 'shipped', 'completed', 'manual_completed', 'cancelled')`,
    ),
    check(
      'orders_platform_state',
      sql`${t.platformState} in ('unpaid', 'open', 'partially_shipped', 'shipped', 'cancelled', 'unknown')`,
    ),
    check('orders_open_holds', sql`${t.openHoldCount} >= 0 and ${t.openExceptionCount} >= 0`),
  ],
);

export const orderLines = pgTable(
  'order_lines',
  {
    id: id(),
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    /** Position in the platform's order, from 0. */
    position: integer('position').notNull(),
    platformLineId: text('platform_line_id').notNull(),
    sku: text('sku'),
    platformProductId: text('platform_product_id'),
    name: text('name').notNull(),
    barcode: text('barcode'),
    pictureUrl: text('picture_url'),
    quantity: integer('quantity').notNull(),
    quantityCancelled: integer('quantity_cancelled').notNull().default(0),
    /** Shipped according to the platform. */
    platformQuantityShipped: integer('platform_quantity_shipped').notNull().default(0),
    /** Shipped by us: confirmed shipments. */
    quantityShipped: integer('quantity_shipped').notNull().default(0),
    /** b2b: what was accepted of it; null before the acknowledgment. */
    quantityAccepted: integer('quantity_accepted'),
    unitPrice: money('unit_price'),
    discountedUnitPrice: money('discounted_unit_price'),
    requiresShipping: boolean('requires_shipping').notNull().default(true),
    /** The platform took the line away. */
    removedAt: moment('removed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('order_lines_platform_id').on(t.orderId, t.platformLineId),
    index('order_lines_sku').on(t.merchantId, t.sku, t.orderId),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'order_lines_order_fk',
    }).onDelete('cascade'),
    check(
      'order_lines_quantity',
      sql`${t.quantity} >= 0 and ${t.quantityCancelled} >= 0 and ${t.quantityShipped} >= 0`,
    ),
  ],
);

/** The platform's own units of fulfilment, with their lines. */
export const platformPackages = pgTable(
  'platform_packages',
  {
    id: id(),
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    platformPackageId: text('platform_package_id').notNull(),
    location: text('location'),
    state: text('state'),
    shippable: boolean('shippable').notNull(),
    /** [{ platformLineId, platformPackageLineId, quantity }] */
    lines: jsonb('lines')
      .$type<{ platformLineId: string; platformPackageLineId: string | null; quantity: number }[]>()
      .notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('platform_packages_id').on(t.orderId, t.platformPackageId),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'platform_packages_order_fk',
    }).onDelete('cascade'),
  ],
);

/** The last raw answer about an order, as text; purged on its own clock. */
export const rawPayloads = pgTable(
  'raw_payloads',
  {
    merchantId: merchantId(),
    orderId: uuid('order_id').notNull(),
    body: text('body').notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.orderId] }),
    /** Not BRIN: rows are rewritten in place and freed pages filled again, so age and place part ways. */
    index('raw_payloads_at').on(t.receivedAt),
    foreignKey({
      columns: [t.merchantId, t.orderId],
      foreignColumns: [orders.merchantId, orders.id],
      name: 'raw_payloads_order_fk',
    }).onDelete('cascade'),
  ],
);

/** Orders that could not be read: kept whole, named, tried again at the next tick. */
export const malformedOrders = pgTable(
  'malformed_orders',
  {
    id: id(),
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    /** The platform's id as far as readable, else a hash of the payload. */
    identity: text('identity').notNull(),
    platformOrderId: text('platform_order_id'),
    platformOrderNumber: text('platform_order_number'),
    reason: text('reason').notNull(),
    body: text('body').notNull(),
    runId: uuid('run_id'),
    seenCount: integer('seen_count').notNull().default(1),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
    resolvedAt: moment('resolved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    unique('malformed_orders_identity').on(t.storeId, t.identity),
    index('malformed_orders_open').on(t.merchantId, t.storeId).where(sql`${t.resolvedAt} is null`),
    foreignKey({
      columns: [t.merchantId, t.storeId],
      foreignColumns: [stores.merchantId, stores.id],
      name: 'malformed_orders_store_fk',
    }),
  ],
);

/** How many orders are in which state; kept by a trigger through `order_count_deltas`, never counted. */
export const orderCounts = pgTable(
  'order_counts',
  {
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    kind: text('kind').notNull(),
    status: text('status').notNull(),
    held: boolean('held').notNull(),
    excepted: boolean('excepted').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.storeId, t.kind, t.status, t.held, t.excepted] })],
);

/** Appended by the trigger on orders, folded into `order_counts` in the background. */
export const orderCountDeltas = pgTable(
  'order_count_deltas',
  {
    merchantId: merchantId(),
    storeId: uuid('store_id').notNull(),
    kind: text('kind').notNull(),
    status: text('status').notNull(),
    held: boolean('held').notNull(),
    excepted: boolean('excepted').notNull(),
    delta: bigint('delta', { mode: 'number' }).notNull(),
  },
  (t) => [index('order_count_deltas_merchant').on(t.merchantId)],
);

/** Who did what, through what, before and after. Recipient changes keep field names only. */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: id(),
    merchantId: merchantId().references(() => merchants.id),
    at: moment('at').notNull(),
    personId: uuid('person_id'),
    actorName: text('actor_name').notNull(),
    via: text('via').notNull(),
    /** e.g. `order.dispatched`, `mapping.bound`. */
    event: text('event').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: uuid('subject_id').notNull(),
    orderId: uuid('order_id'),
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    note: text('note'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('audit_events_order').on(t.merchantId, t.orderId, t.id).where(sql`${t.orderId} is not null`),
    index('audit_events_subject').on(t.merchantId, t.subjectType, t.subjectId),
    check('audit_events_via', sql`${t.via} in ('slack', 'web', 'api', 'system')`),
  ],
);
